"use strict";
/* The quarters that are running or come next, against their targets: what `kpi_quarter_outlook` says. */
(() => {
  const store = prospection;
  const {format, elements, charts, blocks} = prospection;
  const {h, panel, notice} = elements;
  const {text} = format;

  const MEASURES = ["won_amount", "deals_won", "new_customers", "new_customer_revenue"];
  const unitOf = (measure) => (/revenue|amount/.test(measure) ? "amount" : "count");

  /* A number of a measure; what is expected of a count has a decimal. */
  const sized = (measure, value, isShort = false) =>
    (unitOf(measure) === "amount" && value !== null ? format.value("amount", Math.round(value), isShort)
      : format.value(unitOf(measure), value));

  const chanceWords = (chance) => (chance === null ? format.NOTHING
    : chance < 0.01 ? text("chance_least") : chance > 0.99 ? text("chance_most")
      : format.number(chance, {style: "percent", maximumFractionDigits: 0}));

  const rangeWords = (row) => (row.interval_low === null ? format.NOTHING
    : `${sized(row.measure, row.interval_low, true)} \u2013 ${sized(row.measure, row.interval_high, true)}`);

  const betweenWords = (row) => text("outlook_between", {low: sized(row.measure, row.interval_low, true),
    high: sized(row.measure, row.interval_high, true)});

  const contactRange = (row) => text(row.contacts_needed_high === null ? "contacts_from" : "contacts_between",
    {low: format.count(row.contacts_needed_low), high: format.count(row.contacts_needed_high)});

  const contactWords = (row) => (row.contacts_needed === null ? format.NOTHING
    : row.contacts_needed === 0 ? format.count(0)
      : `${format.count(row.contacts_needed)} (${contactRange(row)})`);

  /* Each line of the table: its text, and what it says of a measure; `figure` names the column of the
     mart, so that a test can look it up. */
  const single = (field) => (row) => (row.is_far_off && field === "expected" && row.interval_low !== null ? text("only_the_range")
    : sized(row.measure, row[field]));
  const LINES = [
    ["signed", single("signed")], ["open_weighted", single("open_weighted")],
    ["expected_new", single("expected_new")], ["expected", single("expected")],
    ["interval", rangeWords], ["target", single("target")],
    ["gap", (row) => (row.is_far_off ? format.NOTHING : single("gap")(row))],
    ["chance", (row) => chanceWords(row.chance)],
    ["contacts_needed", (row) => (row.is_far_off ? format.NOTHING : contactWords(row))],
  ];

  /* The measure that a quarter is steered by: the amount signed, else the first that has a target. */
  const mainOf = (rows) => rows.find((row) => row.measure === "won_amount")
    || rows.find((row) => row.target !== null) || rows[0];

  /* What is to be said first of a quarter, in sentences. */
  function said(row) {
    const measure = format.word(row.measure, "measure");
    const short = (field) => sized(row.measure, row[field], true);
    const isOpen = row.target !== null && row.signed < row.target;
    return format.sentences(
      row.is_withheld ? text("outlook_says_withheld", {measure})
        : row.expected === null ? text("outlook_says_unknown", {measure})
          : row.is_far_off ? text("outlook_says_far_off", {measure, between: betweenWords(row),
            off: format.value("rate", row.past_error)})
            : text("outlook_says_expected", {measure, expected: short("expected"), between: betweenWords(row)}),
      row.target === null ? text("outlook_says_no_target", {measure})
        : !isOpen ? text("outlook_says_reached", {signed: short("signed"), target: short("target")})
          : row.expected === null ? text("outlook_says_to_sign", {signed: short("signed"), target: short("target"),
            left: sized(row.measure, row.target - row.signed, true)})
            : text(row.is_far_off ? "outlook_says_chance" : row.gap > 0 ? "outlook_says_short" : "outlook_says_above", {
              target: short("target"), gap: sized(row.measure, Math.abs(row.gap), true), chance: chanceWords(row.chance)}),
      isOpen && row.gap > 0 && row.contacts_needed !== null && !row.is_far_off
        ? text("outlook_says_contacts", {n: format.count(row.contacts_needed), range: contactRange(row),
          months: format.count(row.months_to_go)}) : null);
  }

  /* From what is signed to what is expected, beside the target. */
  function bridge(row, title) {
    if (row.expected === null || row.is_far_off || !row.expected) return null;
    const steps = [["signed", row.signed, 0, 3], ["open_weighted", row.open_weighted, row.signed, 1],
      ["expected_new", row.expected_new, row.signed + row.open_weighted, 2], ["expected", row.expected, 0, 1],
      ...row.target === null ? [] : [["target", row.target, 0, 8]]];
    return charts.chart(title, {
      type: "bar", isWide: true, isLabelled: true, unit: unitOf(row.measure), name: `quarter-bridge-${row.period_start}`,
      labelTitle: text("outlook_part"), labels: steps.map(([name]) => text(`outlook_${name}`)),
      series: [{name: format.word(row.measure, "measure"), values: steps.map(([, size]) => size),
        base: steps.map(([, , base]) => base), colours: steps.map(([, , , colour]) => colour)}],
    });
  }

  function table(rows, caption) {
    const lines = LINES.filter(([, of]) => rows.some((row) => of(row) !== format.NOTHING));
    return elements.table(caption, [{title: text("outlook_part")},
      ...rows.map((row) => ({title: format.word(row.measure, "measure"), isNumber: true}))],
    lines.map(([name, of]) => [text(`outlook_${name}`), ...rows.map((row) =>
      h("span", {class: "figure", "data-outlook": `${row.period_start} ${row.measure} ${name}`}, of(row)))]));
  }

  function quarter(rows, isFirst) {
    const main = mainOf(rows);
    const period = format.period("quarter", main.period_start);
    const title = text(main.period_start <= store.start.as_of ? "outlook_running" : isFirst ? "outlook_next" : "outlook_after",
      {period});
    const columns = Object.keys(main);
    return panel(title, {
      wide: true,
      csv: {name: `quarter-${main.period_start}`, columns, rows: () => rows.map((row) => columns.map((name) => row[name]))},
    }, h("p", {class: "said"}, said(main)), table(rows, title), h("p", {class: "note"}, format.sentences(text("outlook_how"),
      rows.some((row) => row.target === null) ? text("outlook_add_target") : null)));
  }

  /* Whether the chosen period was over before the last one was: of it nothing is told that was only
     known later. */
  function isBeforeToday(state) {
    const newest = store.periods(state.grain).filter((start) => format.end(state.grain, start) <= store.start.as_of).at(-1);
    return Boolean(newest) && state.period < newest;
  }

  const rowsOf = (all, start) => MEASURES.map((measure) =>
    all.find((row) => row.period_start === start && row.measure === measure)).filter(Boolean);

  /* The quarters that there are, the one that the chosen period lies in first, else the nearest. */
  function ordered(all, state) {
    const starts = [...new Set(all.map((row) => row.period_start))].sort();
    const end = format.end(state.grain, state.period);
    const isChosen = (start) => start <= end && format.end("quarter", start) >= end;
    const chosen = starts.find(isChosen) || starts[0];
    return [chosen, ...starts.filter((start) => start !== chosen)];
  }

  /* What a report tells: the quarter that is running and the next one, or the next one alone. */
  function quarters(state) {
    const all = store.rows("subjects/kpi_quarter_outlook");
    if (!all.length) return null;
    const [first, ...others] = ordered(all, state);
    const nearest = [first, ...others].sort()[0];
    const next = first > store.start.as_of ? [] : others.filter((start) => start > first).slice(0, 1);
    return [first, ...next].map((start) => quarter(rowsOf(all, start), start === nearest));
  }

  /* The quarters ahead. */
  function outlook(state) {
    const all = store.rows("subjects/kpi_quarter_outlook");
    if (!all.length) return null;
    if (isBeforeToday(state)) {
      return notice(text("outlook_of_today", {date: format.date(store.start.as_of)}));
    }
    const of = (start) => rowsOf(all, start);
    const [first, ...others] = ordered(all, state);
    const [nearest] = [first, ...others].sort();
    const main = mainOf(of(first));
    return [
      quarter(of(first), first === nearest),
      bridge(main, text("outlook_bridge", {measure: format.word(main.measure, "measure"),
        period: format.period("quarter", first)})),
      others.map((start) => h("details", {class: "data"},
        h("summary", {}, text("outlook_other", {period: format.period("quarter", start)})),
        quarter(of(start), start === nearest))),
    ];
  }

  Object.assign(blocks, {outlook, quarters, isBeforeToday});
})();
