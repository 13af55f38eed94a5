"use strict";
/* What is said of one value: which one is shown for a period, its marks, how it comes about.
   Here begins `blocks`: what several pages are made of. Every file of this folder adds to it. */
(() => {
  const store = prospection;
  const {format, elements} = prospection;
  const {h, figure} = elements;
  const {text} = format;
  const MOST_SHOWN = 15;

  /* A remark where a table shows only the first of its rows. */
  const howMany = (rows) => (rows.length > MOST_SHOWN
    ? text("rows_shown", {shown: MOST_SHOWN, all: format.count(rows.length)}) : null);

  /* What the chosen filter says, as `store.series` wants it. */
  const where = (state) => ({grain: state.grain, dimension: state.dimension, value: state.value});

  /* The cell of a KPI to show for a period: of a cohort that is not mature, the newest mature one. */
  function shownCell(kpiId, state) {
    const cells = store.series(kpiId, where(state));
    const cell = cells.find((each) => each.period === state.period);
    const kpi = store.kpi(kpiId);
    if (kpi.shape !== "cohort" || (cell && cell.is_mature)) return cell || null;
    const mature = cells.filter((each) => each.is_mature && each.period < state.period);
    return mature.at(-1) || cell || null;
  }

  /* Why a rate is above 100 %, as the last word of its texts; nothing when it is not. */
  const exceeds = (cell) => {
    const kpi = store.kpi(cell.kpi);
    if (kpi.unit !== "rate" || !(cell.value > 1)) return null;
    return kpi.shape === "stock" ? "start" : "period";
  };

  /* Whether chance plays a large part in a value; a sum is what it is. */
  const isSmall = (cell) => cell.is_reliable === false &&
    !(["count", "amount"].includes(store.kpi(cell.kpi).unit) && cell.denominator === null);

  function marks(cell) {
    const found = [];
    if (cell.is_partial) found.push(["partial", text("mark_partial"), text("mark_partial_why")]);
    if (cell.is_mature === false) {
      found.push(["immature", text("mark_immature"), text("mark_immature_why")]);
    }
    if (isSmall(cell)) {
      found.push(["small", text("mark_small", {n: format.count(cell.sample_size ?? 0)}),
        text("mark_small_why", {n: store.kpi(cell.kpi).min_sample})]);
    }
    if (exceeds(cell)) {
      found.push(["over", text(`mark_over_${exceeds(cell)}`), text(`mark_over_${exceeds(cell)}_why`)]);
    }
    return found.map(([kind, words, why]) => h("span", {class: `mark ${kind}`, title: why}, words));
  }

  const TERM = /([a-z_]+(?:>[a-z_]+)?) \((n|s|distinct|w\d+|level|start|mean|median|p90|measure)\)/g;

  /* `+ deal_won (n) - deal_lost (w90)` in words; nothing for what is no sum of events: there the
     definition says it. */
  function terms(formula) {
    if (formula.search(TERM) < 0) return "";
    return formula.replace(TERM, (_, event, measure) => {
      const days = /^w(\d+)$/.exec(measure);
      const how = days ? text("within_days", {days: days[1]}) : measure === "distinct" ? text("distinct")
        : ["level", "start"].includes(measure) ? text(`measure_of_${measure}`) : null;
      return format.word(event, "event") + (how ? ` (${how})` : "");
    }).replace(/^\+ /, "").replaceAll("100.0", "100").replace(/ -/g, " \u2212 ");
  }

  function explanation(cell) {
    const kpi = store.kpi(cell.kpi);
    const isMoney = (side) => kpi.unit === "amount" && side === "numerator" ? "amount" : "count";
    const line = (title, ...content) => [h("dt", {}, title), h("dd", {}, content)];
    const side = (name) => {
      if (!kpi[name] || kpi[name] === "null") return null;
      const words = terms(kpi[name]);
      if (!words && cell[name] === null) return null;
      const amount = cell[name] === null ? null
        : [words ? " = " : null, figure(cell, name, {unit: isMoney(name)})];
      return line(text(name), words, amount);
    };
    return h("details", {class: "how"},
      h("summary", {}, text("how")),
      h("p", {}, format.definition(kpi)),
      h("dl", {},
        side("numerator"), side("denominator"),
        cell.sample_size === null ? null
          : line(text("sample"), figure(cell, "sample_size", {unit: "count"}),
            kpi.min_sample > 0 ? ` (${text("at_least", {n: kpi.min_sample})})` : ""),
        cell.ci_low === null ? null
          : line(text("interval"), figure(cell, "ci_low"), ` ${text("to")} `, figure(cell, "ci_high")),
        line(text("seen"), format.date(store.start.as_of)),
        kpi.window_days ? line(text("window"), text("days_after", {days: kpi.window_days})) : null,
        behind(cell) ? line(text("records"), behind(cell)) : null,
        line(text("identifier"), h("code", {}, kpi.kpi_id))));
  }

  /* Where the records behind a value are listed, or why they are not; a report lists none. */
  function behind(cell) {
    if (store.start.report) return null;
    if (store.recordsWhy()) return text(`records_${store.recordsWhy()}`);
    return store.hasRecords(cell.grain, cell.period)
      ? h("a", {href: elements.recordsAddress(cell)}, text("records_list")) : null;
  }

  /* That a KPI is the company's own, where it is. */
  const ownMark = (kpi) => (kpi.is_own
    ? h("span", {class: "mark own", title: text("own_kpi_why")}, text("own_kpi")) : null);

  prospection.blocks = {MOST_SHOWN, howMany, where, shownCell, exceeds, isSmall, marks, explanation, ownMark};
})();
