import { fill, h } from "../dom.js";

/** How it stands: progress, spend, buttons, and what is shown against the baseline. */
export class Summary {
  constructor({ onRun, onRetry, onPause, onCancel }) {
    this.title = h("b.name");
    this.state = h("span.pill", { role: "status" });
    this.bar = h("progress.progress", { "aria-label": "Cells that have ended", max: 1, value: 0 });
    this.counts = h("span.quiet");
    this.spend = h("span.quiet");
    this.run = h("button.button.primary", { type: "button", onclick: onRun }, "Run");
    this.retry = h("button.button", { type: "button", title: "Do failed and cancelled cells again", onclick: onRetry }, "Retry");
    this.pause = h("button.button", { type: "button", onclick: onPause }, "Pause");
    this.cancel = h("button.button", { type: "button", onclick: onCancel }, "Cancel");
    this.compared = h("div.compared");
    this.element = h(
      "header.summary",
      {},
      h("div.summary-line", {}, this.title, this.state, this.bar, this.counts, h("span.spring"), this.spend, this.run, this.retry, this.pause, this.cancel),
      this.compared,
    );
  }

  show(told) {
    const ended = ["done", "failed", "cancelled"].reduce((all, state) => all + (told.counts[state] ?? 0), 0);
    this.title.textContent = told.name;
    this.state.textContent = told.state;
    this.state.dataset.state = told.state;
    this.state.title = told.reason;
    this.bar.max = Math.max(1, told.total);
    this.bar.value = ended;
    this.counts.textContent = Object.entries(told.counts).map(([state, count]) => `${count.toLocaleString("en-US")} ${state}`).join(", ");
    const { calls, tokens, cost_usd: cost, most_usd: most } = told.spent;
    const money = cost === null ? "cost unknown" : `${cost.toFixed(4)} USD`;
    this.spend.textContent = `${calls.toLocaleString("en-US")} calls, ${tokens.toLocaleString("en-US")} tokens, ${money}${most === null ? "" : ` of ${most}`}`;
    const running = told.state === "running";
    this.run.hidden = running || ended === told.total;
    this.retry.hidden = running || !((told.counts.failed ?? 0) + (told.counts.cancelled ?? 0));
    this.pause.hidden = !running;
    this.cancel.hidden = !running;
    const why = told.reasons?.length && !told.nothing ? h("p.reasons", {}, "Why not accepted: ", h("span.quiet", {}, told.reasons.join(" · "))) : null;
    fill(this.compared, told.compared.length ? table(told) : null, told.nothing ? h("p.reasons", {}, told.nothing) : null, why);
  }
}

function table(told) {
  const head = ["Against " + told.base, "Model", "Score", "Difference", "95 %", "p (Holm)", "Verdict", "To decide"];
  const rows = told.compared.map((each) =>
    h("tr", { "data-verdict": each.verdict.split(" ")[0] }, [each.variant, each.model, each.score, signed(each.difference), each.low === null ? "not known" : `${signed(each.low)} … ${signed(each.high)}`, each.p_adjusted.toPrecision(2), each.verdict, each.more].map((value) => h("td", {}, value))),
  );
  return h("details", { open: told.compared.length <= 6 }, h("summary", {}, `Compared in pairs (${told.compared.length})`), h("table.verdicts", {}, h("thead", {}, h("tr", {}, head.map((each) => h("th", { scope: "col" }, each)))), h("tbody", {}, rows)));
}

const signed = (value) => `${value >= 0 ? "+" : "−"}${Math.abs(value).toPrecision(3)}`;
