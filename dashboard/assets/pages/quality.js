"use strict";
/* How fresh and how complete the data are. */
(() => {
  const store = prospection;
  const {format, elements, blocks, pages} = prospection;
  const {h, panel, notice} = elements;
  const {text} = format;
  const {heading} = pages;

  const quality = {
    id: "quality",
    isFiltered: false,
    keys: () => ["subjects/load_reconciliation", "subjects/data_quality", "subjects/rejects",
      "subjects/restatements", "subjects/checks", "subjects/held_batches"],
    render(state) {
      const {start} = store;
      const reconciliation = store.subject("load_reconciliation").rows;
      return [
        heading("quality", state),
        leftOut(),
        freshness(start.freshness),
        reconciliation.length ? balance(reconciliation) : null,
        found(),
        rejected(),
        checks(),
        blocks.plainTable(text("subject_held_batches"), "held_batches", store.subject("held_batches").rows
          .map((row) => ({...row, decision: format.word(row.decision, "decision")}))),
        blocks.plainTable(text("subject_restatements"), "restatements", store.subject("restatements").rows, {
          note: text("restatements_note"), count: store.subject("restatements").count,
          columns: ["kpi_id", "statistic", "grain", "period_start", "dimension", "dimension_value",
            "value_before", "value_now"]})
          || notice(text("no_restatements"), "good"),
        start.without_values.length ? h("details", {class: "family"},
          h("summary", {}, text(start.refused.length ? "not_supplied_or_refused" : "not_supplied", {n: start.without_values.length})),
          h("p", {}, start.without_values.map((kpi) => format.kpiName(kpi)).join(" \u00b7 "))) : null,
      ];
    },
  };

  quality.brief = () => [leftOut(), rejected(), freshness(store.start.freshness), found(), pages.restated()];

  /* What of the exports is not in the numbers. */
  function leftOut() {
    const {held_back: lines} = store.start;
    const count = store.subject("rejects").rows.reduce((sum, row) => sum + row.reject_count, 0);
    if (lines.length) {
      return h("div", {class: "notice warning"}, h("strong", {}, text("held_back")),
        h("ul", {}, lines.map((line) => h("li", {dir: "auto"}, line))));
    }
    return count ? notice(format.counted("only_rejected", count)) : notice(text("nothing_held_back"), "good");
  }

  const rejected = () => blocks.plainTable(text("subject_rejects"), "rejects", withRules(store.subject("rejects").rows),
    {columns: ["source", "file", "column_name", "rule", "reject_count"]});

  const found = () => blocks.plainTable(text("subject_data_quality"), "data_quality", issues(), {note: text("issues_note")});

  /* A rule that we know in words; another one as it is. */
  const withRules = (rows) => rows.map((row) => ({...row,
    rule: row.rule && format.word(row.rule, "rule")}));

  const issues = () => withRules(store.subject("data_quality").rows)
    .sort((one, other) => other.issue_count - one.issue_count)
    .map((row) => ({...row, check_name: format.word(row.check_name, "check")}));

  /* What the gates ask, whether it holds now, and how often it has held. */
  function checks() {
    const {rows} = store.subject("checks");
    if (!rows.length) return null;
    const title = text("subject_checks");
    const verdict = (row) => (row.is_broken_now ? row.is_blocking ? "check_broken" : "check_warned" : "check_holds");
    const columns = ["gate", "rule", "verdict", "times_looked", "times_broken", "last_broken"];
    const broken = rows.filter((row) => row.is_broken_now).length;
    const sorted = [...rows].sort((one, other) =>
      other.is_broken_now - one.is_broken_now || other.times_broken - one.times_broken);
    return panel(title, {
      wide: true,
      folded: broken ? text("checks_broken", {n: broken}) : text("checks_hold", {n: rows.length}),
      csv: {name: "checks", columns: Object.keys(rows[0]), rows: () => rows.map((row) => Object.values(row))},
    }, elements.table(title, columns.map((name) => ({title: format.word(name, "column"), isNumber: /^times/.test(name)})),
      sorted.map((row) => [text(`gate_${row.gate}`), row.rule,
        h("span", {class: row.is_broken_now ? row.is_blocking ? "status missed" : "status at_risk" : "status"},
          text(verdict(row))), format.count(row.times_looked), format.count(row.times_broken),
        row.last_broken ? format.date(row.last_broken) : null])));
  }

  function freshness(rows) {
    if (!rows.length) return null;
    const {report, published_at: published} = store.start; // a report is of its day, whenever it is read
    const age = (row) => format.daysAgo(row.newest_event_on, report ? Date.parse(published) : undefined);
    const title = text("subject_source_freshness");
    const columns = ["source", "newest_event_on", "age", "newest_load_at", "load_count"];
    return panel(title, {
      wide: true,
      csv: {name: "freshness", columns, rows: () => rows.map((row) =>
        [row.source, row.newest_event_on, age(row), row.newest_load_at, row.load_count])},
    }, elements.table(title, columns.map((name) => ({
      title: text(`column_${name}`), isNumber: ["age", "load_count"].includes(name),
    })), rows.map((row) => [row.source, format.date(row.newest_event_on),
      age(row) === null ? null : h("span", {class: age(row) > 7 ? "mark small" : null},
        age(row) > 1 ? text("days_ago", {n: format.count(age(row))}) : text("up_to_date")),
      format.date(row.newest_load_at), format.count(row.load_count)])));
  }

  /* Records in, and what became of each: the sums must agree. */
  function balance(rows) {
    const columns = ["source", "entity", "file", "records", "landed", "structural_rejects", "current_rows",
      "superseded", "duplicates", "value_rejects"].filter((name) => name in rows[0]);
    const agrees = (row) => row.records === null || (row.records === row.landed + row.structural_rejects &&
      row.landed === row.current_rows + row.superseded + row.duplicates + row.value_rejects);
    const wrong = rows.filter((row) => !agrees(row)).length;
    const {count} = store.subject("load_reconciliation");
    return blocks.plainTable(text("subject_load_reconciliation"), "load_reconciliation", rows, {
      columns, count, most: 40, note: wrong ? format.counted("balance_wrong", wrong) : text("balance_right"),
    });
  }

  pages.all.push(quality);
})();
