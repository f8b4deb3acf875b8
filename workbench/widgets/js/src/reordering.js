const FAR_ENOUGH = 6;

/** Lets the items of a strip be dragged to another place; `moved(id, position)` hears where, from 1. */
export class Reordering {
  constructor(list, moved) {
    this.list = list;
    this.moved = moved;
    list.addEventListener("pointerdown", (event) => this.press(event));
  }

  press(event) {
    const item = event.target.closest(".wb-pick")?.closest("[data-scene]");
    if (!item || event.button !== 0) return;
    const from = event.clientX;
    let dragging = false;
    const move = (now) => {
      if (!dragging && Math.abs(now.clientX - from) < FAR_ENOUGH) return;
      dragging = true;
      item.toggleAttribute("data-dragging", true);
      item.style.transform = `translateX(${now.clientX - from}px)`;
      this.show(this.place(item, now.clientX), item);
    };
    const up = (now) => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
      removeEventListener("pointercancel", up);
      this.drop(item, now, dragging);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", up);
  }

  drop(item, event, dragging) {
    item.removeAttribute("data-dragging");
    item.style.transform = "";
    for (const each of this.list.children) each.removeAttribute("data-drop");
    if (!dragging) return;
    const swallow = (click) => click.stopPropagation();
    this.list.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => this.list.removeEventListener("click", swallow, { capture: true }), 0);
    if (event.type === "pointercancel") return;
    const position = this.place(item, event.clientX);
    if (position !== this.items.indexOf(item) + 1) this.moved(item.dataset.scene, position);
  }

  get items() {
    return [...this.list.querySelectorAll(":scope > [data-scene]")];
  }

  /** Return the position the item would have, let go at `x`. */
  place(item, x) {
    const others = this.items.filter((each) => each !== item);
    return 1 + others.filter((each) => middle(each) < x).length;
  }

  show(position, item) {
    const others = this.items.filter((each) => each !== item);
    others.forEach((each, index) => {
      const side = index === position - 1 ? "before" : index === others.length - 1 && position > others.length ? "after" : null;
      if (side) each.dataset.drop = side;
      else each.removeAttribute("data-drop");
    });
  }
}

function middle(item) {
  const box = item.getBoundingClientRect();
  return box.left + box.width / 2;
}
