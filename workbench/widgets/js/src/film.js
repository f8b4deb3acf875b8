const AVCC = [0x61, 0x76, 0x63, 0x43];

/** Return the codec's name as the file says it, such as `avc1.42c01f`; null when it is not in there. */
export function codecOf(bytes) {
  for (let place = 0; place + 8 <= bytes.length; place++) {
    if (AVCC.every((letter, offset) => bytes[place + offset] === letter)) {
      const hex = [...bytes.slice(place + 5, place + 8)].map((byte) => byte.toString(16).padStart(2, "0"));
      return `avc1.${hex.join("")}`;
    }
  }
  return null;
}

const join = (pieces) => {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let place = 0;
  for (const piece of pieces) {
    whole.set(piece, place);
    place += piece.length;
  }
  return whole;
};

/** Puts an MP4 that arrives in pieces into a video element, so that it plays before it is whole. */
export class Film {
  constructor(video) {
    this.video = video;
    this.clear();
  }

  clear() {
    this.pieces = [];
    this.waiting = [];
    this.buffer = null;
    this.media = null;
    this.ended = false;
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = null;
  }

  whole(bytes) {
    this.clear();
    this.show(new Blob([bytes], { type: "video/mp4" }));
  }

  append(bytes) {
    this.pieces.push(bytes);
    this.waiting.push(bytes);
    if (this.media) this.feed();
    else this.open();
  }

  finish() {
    this.ended = true;
    if (this.media) this.feed();
    else this.whole(join(this.pieces));
  }

  open() {
    const head = join(this.pieces);
    const codec = codecOf(head);
    const type = `video/mp4; codecs="${codec}"`;
    if (!codec || !globalThis.MediaSource?.isTypeSupported(type)) return;
    this.media = new MediaSource();
    const media = this.media;
    media.addEventListener("sourceopen", () => {
      if (media !== this.media) return;
      this.buffer = media.addSourceBuffer(type);
      this.buffer.addEventListener("updateend", () => media === this.media && this.feed());
      this.feed();
    });
    this.show(media);
  }

  feed() {
    if (!this.buffer || this.buffer.updating || this.media.readyState !== "open") return;
    if (this.waiting.length) this.buffer.appendBuffer(join(this.waiting.splice(0)));
    else if (this.ended) this.media.endOfStream();
  }

  show(source) {
    this.url = URL.createObjectURL(source);
    this.video.src = this.url;
  }
}
