import { unique } from "./dom.js";

const PART_BYTES = 2 * 2 ** 20;

/** Send a picture to the kernel in parts; resolves to the name it got, rejects with what is wrong. */
export async function upload(line, file) {
  const key = unique();
  const parts = Math.max(1, Math.ceil(file.size / PART_BYTES));
  const named = new Promise((resolve, reject) => {
    line.on("uploaded", (told) => told.key === key && resolve(told.name));
    line.on("upload_failed", (told) => told.key === key && reject(new Error(told.message)));
  });
  for (let part = 0; part < parts; part++) {
    const piece = await file.slice(part * PART_BYTES, (part + 1) * PART_BYTES).arrayBuffer();
    line.say("upload", { key, parts, name: file.name }, [piece]);
  }
  return named;
}
