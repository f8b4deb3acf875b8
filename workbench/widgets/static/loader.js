const KEY = "workbench __BUNDLE__";

function ask(model) {
  return new Promise((resolve, reject) => {
    let tries = 0;
    const request = () => {
      if (++tries > 40) return stop(reject, Error("The kernel did not send the widget's script. Run the cell again."));
      model.send({ do: "bundle" });
    };
    const hear = (content, buffers) => content.tell === "bundle" && stop(resolve, buffers[0]);
    const stop = (end, value) => (clearInterval(timer), model.off("msg:custom", hear), end(value));
    const timer = setInterval(request, 3000);
    model.on("msg:custom", hear);
    request();
  });
}

async function load(model) {
  const url = URL.createObjectURL(new Blob([await ask(model)], { type: "text/javascript" }));
  return import(/* webpackIgnore: true */ url).finally(() => URL.revokeObjectURL(url));
}

async function render({ model, el, signal }) {
  el.innerHTML = '<p role="status" style="color:var(--jp-ui-font-color2,#777);margin:12px">Opening…</p>';
  try {
    globalThis[KEY] ??= load(model);
    const { show } = await globalThis[KEY];
    if (signal?.aborted) return;
    el.replaceChildren();
    return show({ model, el });
  } catch (error) {
    delete globalThis[KEY];
    el.textContent = String(error.message || error);
  }
}

export default { render };
