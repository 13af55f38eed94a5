"use strict";
/* What `kpi_rep_profiles` says of the reps, step by step: its verdicts in words and in tables. Which
   differences count is the mart's; nothing else is coloured. */
(() => {
  const store = prospection;
  const {format, elements, blocks} = prospection;
  const {h, panel} = elements;
  const {text} = format;
  const SUREST = 0.999; // more is not told apart
  const MOST_SAID = 5; // of whom to coach, and of whom to learn from; the rest is folded

  /* The rows as they were known at the end of the chosen period, of one span. */
  const profilesOf = (state, span) => {
    const month = blocks.seenIn(state);
    return store.rows("subjects/kpi_rep_profiles").filter((row) => row.month === month && row.span === span);
  };

  /* The steps that there are, in their order, each with the stage it leads from; one that everybody
     passes, or nobody, tells nobody apart. */
  function stepsOf(rows) {
    const found = [...new Map(rows.map((row) => [row.step, row])).values()]
      .sort((one, other) => one.step_order - other.step_order);
    const isOpen = (step) => [0, 1].every((rate) => rows.some((row) => row.step === step && row.rate !== rate));
    return found.map((row, at) => ({step: row.step, days: row.window_days,
      name: `${text(`rep_step_${at ? found[at - 1].step : "contacted"}`)} \u2192 ${text(`rep_step_${row.step}`)}`}))
      .filter(({step}) => isOpen(step));
  }

  const isTold = (row) => ["better", "worse"].includes(row.verdict);

  /* A share, coloured where the test tells it from that of the others. */
  function rate(row) {
    if (!row) return blocks.cell(null, null);
    const isFew = row.verdict === "too_few";
    const shown = h("span", {class: isFew ? "measured small" : "measured",
      title: text("profile_counts", {n: format.count(row.entered), passed: format.count(row.passed)})},
    h("span", {class: "figure"}, format.value("rate", row.rate)),
    isFew ? h("span", {class: "asterisk", "aria-label": text("too_few")}, "*") : null);
    if (isTold(row)) {
      shown.dataset.cell = row.verdict === "better" ? "above" : "below";
      shown.append(h("span", {class: "side", "aria-hidden": "true"}, row.verdict === "better" ? " \u25b2" : " \u25bc"),
        h("span", {class: "hidden-text"}, ` (${text(`verdict_${row.verdict}`)})`));
    }
    return blocks.cell(shown, row.rate);
  }

  const verdict = (row) => h("span", {class: isTold(row) ? `status ${row.verdict === "worse" ? "missed" : ""}` : "soft"},
    text(`verdict_${row.verdict}`));

  const whole = (value) => format.count(Math.max(1, Math.round(Math.abs(value))));

  /* What a difference is worth: prospects, and the customers that these become. */
  function worth(row) {
    const side = row.passed_beyond < 0 ? "fewer" : "more";
    const customers = Math.round(Math.abs(row.customers_beyond));
    return text(customers ? `profile_worth_customers_${customers === 1 ? "one" : "more"}` : "profile_worth",
      {n: text(`profile_${side}`, {n: whole(row.passed_beyond)}), span: text(`span_${row.span}`), customers: format.count(customers)});
  }

  function sentence(row, name, isNamed) {
    const said = text("profile_sentence", {step: name, rate: format.value("rate", row.compared_rate),
      others: format.value("rate", row.others_rate), worth: worth(row)});
    return isNamed ? `${format.label("rep", row.rep)}, ${said}` : format.sentences(said);
  }

  /* Whom to coach on what, and whom to learn from: what the tests tell, what costs most customers first. */
  function coaching(state, rep) {
    const rows = ["year", "quarter"].flatMap((span) => profilesOf(state, span));
    if (!rows.length) return null;
    const names = new Map(stepsOf(rows).map(({step, name}) => [step, name]));
    const told = rows.filter((row) => isTold(row) && (!rep || row.rep === rep))
      .sort((one, other) => one.customers_beyond - other.customers_beyond);
    const list = (word) => {
      const own = told.filter((row) => row.verdict === word);
      // the longer span says it when both do
      const kept = own.filter((row) => row.span === "year" ||
        !own.some((each) => each.span === "year" && each.rep === row.rep && each.step === row.step));
      const ordered = word === "worse" ? kept : [...kept].reverse();
      const said = (some) => h("ul", {}, some.map((row) =>
        h("li", {class: word}, h("p", {dir: "auto"}, sentence(row, names.get(row.step), !rep), rep ? null : [" ", linkTo(row.rep)]),
          h("p", {class: "soft"}, text("conclusion_sure", {share: 1 - row.chance > SUREST
            ? `> ${format.value("rate", SUREST)}` : format.value("rate", 1 - row.chance)}),
          word === "worse" ? ` ${text(`coach_look_${row.step}`)}` : null))));
      const rest = ordered.slice(MOST_SAID);
      return ordered.length ? [h("h4", {}, text(`coach_${word}`)), said(ordered.slice(0, MOST_SAID)),
        rest.length ? folded(rest, said) : null] : null;
    };
    const [worse, better] = [list("worse"), list("better")];
    return h("section", {class: worse || better ? "panel wide coaching" : "conclusions none", "aria-label": text("coaching")},
      worse || better ? [h("header", {}, h("h3", {}, text("coaching"))), worse, better]
        : h("p", {}, text(rep ? "no_difference_of_rep" : "no_difference_of_reps")));
  }

  /* What is behind a click; on paper, how much there is of it. */
  const folded = (rest, said) => (store.start.report ? h("p", {class: "soft"}, text("coach_rest", {n: rest.length}))
    : h("details", {class: "data"}, h("summary", {}, text("coach_rest", {n: rest.length})), said(rest)));

  function linkTo(rep) {
    return store.start.report ? null : h("a", {href: prospection.pages.addressWith({dimension: "rep", value: rep})},
      text("see_rep", {rep: format.label("rep", rep)}));
  }

  let span = "year"; // which one a reader looks at

  const days = (rows) => {
    const [from, to] = [rows.map((row) => row.from_day).sort()[0], rows.map((row) => row.to_day).sort().at(-1)];
    return text("profile_days", {from: format.date(from), to: format.date(to)});
  };

  /* A table for the span that is chosen above it. */
  function chosenSpan(state, draw) {
    const place = h("div");
    const redraw = () => place.replaceChildren(...[draw(profilesOf(state, span))].filter(Boolean));
    redraw();
    return [h("p", {class: "choose"}, h("label", {for: "profile-span"}, `${text("profile_over")} `),
      h("select", {id: "profile-span", onchange: (event) => {
        span = event.target.value;
        redraw();
      }}, ["year", "quarter"].map((each) => h("option", {value: each, selected: each === span}, text(`span_${each}`))))), place];
  }

  /* Every rep at every step. */
  function profiles(state) {
    if (!["year", "quarter"].some((each) => profilesOf(state, each).length)) return null;
    const title = text("profiles");
    const reps = (rows) => [...new Set(rows.map((row) => row.rep))];
    const of = (rows, rep, step) => rows.find((row) => row.rep === rep && row.step === step);
    const draw = (rows) => {
      const steps = stepsOf(rows);
      if (!rows.length) return elements.notice(text("no_profile"));
      const whole = [text("all_reps"), null, ...steps.map(({step}) => {
        const own = rows.filter((row) => row.step === step);
        const sum = (name) => own.reduce((total, row) => total + row[name], 0);
        return h("em", {}, format.value("rate", sum("passed") / sum("entered")));
      })];
      whole.classes = "median";
      const columns = [text("dimension_rep"), text("dimension_team"), ...steps.map(({name, days: most}) =>
        text("profile_column", {step: name, days: most}))];
      return h("div", {}, h("p", {class: "note"}, days(rows)),
        blocks.sortable("rep-profiles", title, columns.map((name, at) => ({title: name, isNumber: at > 1})),
          reps(rows).map((rep) => [blocks.cell(repLink(rep), format.label("rep", rep)),
            rows.find((row) => row.rep === rep).team, ...steps.map(({step}) => rate(of(rows, rep, step)))]),
          {first: [whole], sorted: {at: 0, isDown: false}}));
    };
    return panel(title, {wide: true, note: text("profiles_note"),
      csv: {name: "rep-profiles", columns: Object.keys(profilesOf(state, span)[0] || {}),
        rows: () => profilesOf(state, span).map((row) => Object.values(row))}}, ...chosenSpan(state, draw));
  }

  /* The name of a rep that leads to their own page. */
  const repLink = (rep) => (store.start.report ? format.label("rep", rep)
    : h("a", {href: prospection.pages.addressWith({dimension: "rep", value: rep}), dir: "auto"}, format.label("rep", rep)));

  /* One rep at every step, beside the others. */
  function profile(state) {
    const own = (rows) => rows.filter((row) => row.rep === state.value);
    if (!["year", "quarter"].some((each) => own(profilesOf(state, each)).length)) return elements.notice(text("no_profile"));
    const title = text("profile_of_rep");
    const draw = (all) => {
      const rows = own(all);
      if (!rows.length) return elements.notice(text("no_profile"));
      const names = ["rep_step", "rep_rate", "others_rate", "verdict", "entered", "passed", "passed_beyond"];
      return h("div", {}, h("p", {class: "note"}, days(rows)), elements.table(title,
        names.map((name, at) => ({title: format.word(name, "column"), isNumber: ![0, 3].includes(at)})),
        stepsOf(all).flatMap(({step, name}) => rows.filter((row) => row.step === step).map((row) => [name, rate(row).shown,
          format.value("rate", row.others_rate), verdict(row), format.count(row.entered), format.count(row.passed),
          isTold(row) ? format.number(row.passed_beyond, {maximumFractionDigits: 0, signDisplay: "exceptZero"}) : null]))));
    };
    return panel(title, {wide: true, note: text("profiles_note"),
      csv: {name: `rep-${state.value}`, columns: Object.keys(own(profilesOf(state, span))[0] || {}),
        rows: () => own(profilesOf(state, span)).map((row) => Object.values(row))}}, ...chosenSpan(state, draw));
  }

  Object.assign(blocks, {coaching, profiles, profile, repLink});
})();
