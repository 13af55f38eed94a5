"use strict";
/* The pipeline as it stands at as_of: by stage, the deals to look after, whom to call first. */
(() => {
  const store = prospection;
  const {format, elements, blocks} = prospection;
  const {h, panel, notice} = elements;
  const {text} = format;

  const CHECKS = ["late", "stuck", "quiet", "without_step"];
  const FLAGS = {late: "is_late", stuck: "is_stuck", quiet: "is_quiet", without_step: "is_without_step"};
  const MOST_REASONS = 5;
  let shownCheck = "all"; // what a reader chose stays while another period or language is looked at

  const stageName = (stage) => (stage === "all" ? text("standing_total") : format.word(stage, "stage"));
  const repName = (rep) => format.label("rep", rep);
  const days = (value) => (value === null ? format.NOTHING : format.value("days", Math.round(value)));

  /* A deal or person as it is called here, led to where the tool shows it when a link is declared. */
  function record(entity, source, id, shown = id) {
    const address = prospection.records && store.has("records/terms")
      ? prospection.records.linkOf(entity, source, id) : null;
    return address ? h("a", {href: address, rel: "noreferrer", target: "_blank"}, shown) : shown;
  }

  /* By stage, with the total last. */
  function byStage(rows) {
    const checks = CHECKS.filter((check) => rows.some((row) => row[check] !== null));
    const columns = ["stage", "deals", "amount", "age_days", "days_in_stage", "usual_days", ...checks];
    const title = text("standing_by_stage", {date: format.date(store.start.as_of)});
    const shown = {deals: "count", amount: "amount", age_days: "days", days_in_stage: "days", usual_days: "days"};
    const missing = CHECKS.filter((check) => !checks.includes(check));
    return panel(title, {
      wide: true,
      note: format.sentences(text("standing_note"), ...missing.map((check) => text(`standing_no_${check}`))),
      csv: {name: "pipeline-by-stage", columns, rows: () => rows.map((row) => columns.map((name) => row[name]))},
    }, elements.table(title, columns.map((name, at) => ({title: text(`standing_${name}`), isNumber: at > 0})),
      rows.map((row) => Object.assign(columns.map((name) => {
        if (name === "stage") return stageName(row.stage);
        const value = shown[name] === "days" && row[name] !== null ? Math.round(row[name]) : row[name];
        return h("span", {class: "figure", "data-standing": `${row.stage} ${name}`},
          format.value(shown[name] || "count", value));
      }), {classes: row.stage === "all" ? "total" : null}))));
  }

  /* The open deals, of which a check picks those to look after. */
  function deals(state, total) {
    const {rows: all, count} = store.subject("open_deals");
    const own = all.filter((row) => state.dimension !== "rep" || row.rep === state.value);
    if (!own.length) return null;
    const checks = CHECKS.filter((check) => total[check] !== null);
    if (!checks.includes(shownCheck)) shownCheck = "all";
    const title = text("standing_list");
    const sources = new Set(all.map((row) => row.source)).size > 1;
    const optional = [["expected_close_on", "late"], ["last_activity_on", "quiet"], ["next_activity_on", "without_step"]]
      .filter(([, check]) => checks.includes(check)).map(([name]) => name);
    const columns = ["deal_id", ...sources ? ["source"] : [], "stage", "rep", "amount", "age_days", "days_in_stage", ...optional];
    const isNumber = (name) => ["amount", "age_days", "days_in_stage"].includes(name);
    const of = (row, name) => {
      if (name === "deal_id") return blocks.cell(record("deals", row.source, row.deal_id), row.deal_id);
      if (name === "stage") return stageName(row.stage);
      if (name === "rep") return repName(row.rep);
      if (name === "amount") return blocks.cell(format.value("amount", row.amount), row.amount);
      if (name === "days_in_stage") {
        const usual = row.is_stuck ? h("span", {class: "soft"}, ` (${text("standing_usual", {days: days(row.usual_days)})})`) : null;
        return blocks.cell(h("span", {}, days(row[name]), usual), row[name]);
      }
      if (isNumber(name)) return blocks.cell(days(row[name]), row[name]);
      return name.endsWith("_on") ? blocks.cell(format.date(row[name]), row[name]) : row[name];
    };
    const place = h("div", {});
    const isPicked = (check) => (row) => check === "all" || row[FLAGS[check]] === true;
    const buttons = ["all", ...checks].map((check) => h("button", {
      type: "button", class: "quiet", "data-check": check, onclick: () => draw(check),
    }, `${text(`standing_check_${check}`)} (${format.count(own.filter(isPicked(check)).length)})`));
    function draw(check) {
      shownCheck = check;
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.check === check));
      const rows = own.filter(isPicked(check));
      place.replaceChildren(rows.length ? blocks.sortable(`open-deals-${check}`, title,
        columns.map((name) => ({title: text(`standing_${name}`), isNumber: isNumber(name)})),
        rows.map((row) => columns.map((name) => of(row, name)))) : h("p", {class: "soft"}, text("standing_none")));
    }
    draw(shownCheck);
    return panel(title, {
      wide: true, note: format.sentences(text("standing_list_note"),
        count > all.length ? text("standing_shown", {shown: format.count(all.length), all: format.count(count)}) : null),
      csv: {name: "open-deals", columns: Object.keys(own[0]), rows: () => own.filter(isPicked(shownCheck)).map((row) => Object.values(row))},
    }, h("div", {class: "checks", role: "group", "aria-label": text("standing_checks")}, buttons), place);
  }

  /* Whom to call first: the score, and each reason with its points. */
  function calls(state) {
    const {rows: all, count} = store.subject("call_first");
    const own = all.filter((row) => state.dimension !== "rep" || row.rep === state.value);
    if (!own.length) return null;
    const title = text("standing_calls");
    const signed = (points) => format.number(points, {signDisplay: "exceptZero", maximumFractionDigits: 1});
    const rules = store.rows("subjects/score_rules");
    const reasons = (row) => rules.filter((rule) => row.rule_ids.split(", ").includes(rule.rule_id))
      .sort((one, other) => other.points - one.points || one.rule_id.localeCompare(other.rule_id))
      .map((rule) => `${rule[`name_${format.language()}`]} ${signed(rule.points)}`);
    const told = (row) => {
      const [first, others] = [reasons(row).slice(0, MOST_REASONS), reasons(row).slice(MOST_REASONS)];
      return h("span", {class: "reasons", dir: "auto", title: reasons(row).join(" \u00b7 ")}, first.join(" \u00b7 "),
        others.length ? h("span", {class: "soft"}, ` ${text("standing_more", {n: format.count(others.length)})}`) : null);
    };
    const columns = ["person", "rep", "score", "reasons"];
    return panel(title, {
      wide: true, note: format.sentences(text("standing_calls_note"), text("standing_people"),
        count > all.length ? text("standing_shown", {shown: format.count(all.length), all: format.count(count)}) : null),
      csv: {name: "call-first", columns: ["source", ...columns],
        rows: () => own.map((row) => [row.source, row.person, repName(row.rep), row.score, reasons(row).join(" \u00b7 ")])},
    }, blocks.sortable("call-first", title, columns.map((name) => ({title: text(`standing_${name}`), isNumber: name === "score"})),
      own.map((row) => [blocks.cell(record("prospects", row.source, row.link_id, row.person), row.person), repName(row.rep),
        blocks.cell(format.value("score", row.score), row.score), told(row)]), {most: 10}));
  }

  /* All of it; of a period that is over nothing is told that was only known later (the outlook says so). */
  function standing(state) {
    if (blocks.isBeforeToday(state)) return null;
    const rep = state.dimension === "rep" ? state.value : "all";
    const all = store.rows("subjects/open_stages");
    const rows = all.filter((row) => row.rep === rep);
    const total = rows.find((row) => row.stage === "all");
    const isListed = store.has("subjects/open_deals") || store.has("subjects/call_first");
    return [
      all.length && !["all", "rep"].includes(state.dimension) ? notice(text("standing_of_everything")) : null,
      total ? byStage(rows) : all.length ? notice(text("standing_none_of_rep")) : null,
      isListed ? [total ? deals(state, total) : null, calls(state)]
        : all.length ? notice(text(`standing_not_listed_${store.start.records}`)) : null,
    ];
  }

  Object.assign(blocks, {standing});
})();
