import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const settings = {
  absWorkingDir: here("."),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  loader: { ".css": "text" },
};

/** Build the studio's script and the experiments' board, into the package or the folder that is given. */
const [studio, board] = process.argv[2]
  ? [process.argv[2], process.argv[3]]
  : [here("../static/workbench.js"), here("../static/board.js")];
await build({ ...settings, entryPoints: [here("src/index.js")], outfile: studio });
if (board) await build({ ...settings, entryPoints: [here("src/board/index.js")], outfile: board });
