/** The cells of an experiment in columns, as the kernel tells them, and the rows and arms a matrix shows. */
export class Cells {
  constructor() {
    this.columns = { id: [] };
    this.place = new Map();
  }

  get size() {
    return this.columns.id.length;
  }

  /** Take all cells; arms stand in the order of the variants and models. */
  take(columns, variants = [], models = []) {
    this.columns = columns;
    this.names = Object.keys(columns);
    this.place = new Map(columns.id.map((id, number) => [id, number]));
    const told = variants.flatMap((variant) => models.map((model) => arm(variant, model)));
    const there = unique(columns.variant.map((variant, number) => arm(variant, columns.model[number])));
    this.arms = [...told.filter((each) => there.includes(each)), ...there.filter((each) => !told.includes(each))];
    this.index = new Map();
    for (let n = 0; n < this.size; n++) {
      const row = rowKey(columns.case[n], columns.repeat[n]);
      if (!this.index.has(row)) this.index.set(row, new Map());
      this.index.get(row).set(arm(columns.variant[n], columns.model[n]), n);
    }
    this.rows = [...this.index.keys()];
  }

  /** Take rows that changed; false when one of them is not known. */
  change(rows) {
    let known = true;
    for (const row of rows) {
      const number = this.place.get(row[0]);
      if (number === undefined) known = false;
      else this.names.forEach((name, place) => (this.columns[name][number] = row[place]));
    }
    return known;
  }

  get(number) {
    return Object.fromEntries(this.names.map((name) => [name, this.columns[name][number]]));
  }

  value(number, name) {
    return this.columns[name]?.[number];
  }

  at(row, armName) {
    return this.index.get(row)?.get(armName);
  }

  /** The numbers of a row's cells in these arms. */
  numbers(row, arms) {
    return arms.map((name) => this.at(row, name)).filter((number) => number !== undefined);
  }

  /** Whether a cell itself is what is looked for; its row shows the others of that case beside it. */
  matches(number, only = "all") {
    return MATCHES[only](this, number);
  }

  /** How many cells in these rows and arms are what is looked for. */
  count(rows, arms, only = "all") {
    return rows.reduce((all, row) => all + this.numbers(row, arms).filter((number) => this.matches(number, only)).length, 0);
  }

  /** The rows that pass the filters, in the order that is asked for. */
  shown({ search = "", only = "all", order = "case", arms = this.arms }) {
    const wanted = search.trim().toLowerCase();
    const rows = this.rows.filter((row) => {
      if (wanted && !row.toLowerCase().includes(wanted)) return false;
      const numbers = this.numbers(row, arms);
      return numbers.some((number) => this.matches(number, only)) && (only !== "differ" || differ(this, numbers));
    });
    if (order === "case") return rows.sort(byName);
    const weight = new Map(rows.map((row) => [row, ORDERS[order](this, this.numbers(row, arms))]));
    return rows.sort((a, b) => weight.get(b) - weight.get(a) || byName(a, b));
  }
}

const state = (cells, number) => cells.value(number, "state");

const MATCHES = {
  all: () => true,
  rejected: (cells, number) => state(cells, number) === "done" && !cells.value(number, "accepted"),
  differ: () => true,
  failed: (cells, number) => state(cells, number) === "failed",
  pending: (cells, number) => ["pending", "running"].includes(state(cells, number)),
};

const differ = (cells, numbers) => new Set(numbers.filter((n) => state(cells, n) === "done").map((n) => cells.value(n, "accepted"))).size > 1;

const NAMES = new Intl.Collator(undefined, { numeric: true });
const byName = (a, b) => NAMES.compare(a, b);

const sum = (name) => (cells, numbers) => numbers.reduce((all, n) => all + (cells.value(n, name) ?? 0), 0);

const ORDERS = {
  worst: (cells, numbers) => -sum("accepted")(cells, numbers) / Math.max(1, numbers.length),
  seconds: sum("seconds"),
  repairs: sum("repairs"),
  cost: sum("cost_usd"),
};

export const arm = (variant, model) => `${variant} · ${model}`;
export const rowKey = (name, repeat) => `${name} #${repeat}`;

function unique(values) {
  return [...new Set(values)].sort((a, b) => a.localeCompare(b));
}
