"use strict";
/* The records behind one number, which every number of a KPI leads to. It is no page of the navigation. */
(() => {
  const store = prospection;
  const {format, elements, blocks, pages, records} = prospection;
  const {h, figure, panel, notice} = elements;
  const {text} = format;
  const {chosen, segmentName} = pages;
  const MOST_SHOWN = 50;

  const page = {
    id: "records",
    isHidden: true,
    keys: (state) => [chosen(state), `${state.dimension}/month`, "records/terms", `records/${state.period}`],
    title: (state) => (state.kpi ? `${format.kpiName(store.kpi(state.kpi))} \u2013 ${text("records")}` : text("records")),
    render(state) {
      const kpi = state.kpi && store.kpi(state.kpi);
      return [kpi ? heading(kpi, state) : h("div", {class: "title"}, h("h2", {}, text("page_records"))),
        content(kpi, state)];
    },
  };

  function heading(kpi, state) {
    const choice = [format.period(state.grain, state.period),
      state.dimension === "all" ? null : segmentName(state.dimension, state.value)].filter(Boolean);
    return h("div", {class: "title"},
      h("h2", {dir: "auto"}, blocks.kpiName(kpi.kpi_id, {grain: state.grain}),
        h("span", {class: "choice", dir: "auto"}, ` ${choice.join(" \u00b7 ")}`)),
      h("p", {class: "lead"}, format.definition(kpi)));
  }

  function content(kpi, state) {
    const why = store.recordsWhy();
    if (why) return notice(text(`records_${why}`));
    const months = store.recordMonths();
    const [from, to] = [months[0], months.at(-1)].map((month) => format.period("month", month));
    if (!kpi) return notice(text("records_no_kpi"));
    const where = {dimension: state.dimension, value: state.value, statistic: state.statistic};
    if (state.grain !== "month") return ofMonths(kpi, state, where, months) || notice(text("records_range", {from, to}));
    if (!months.includes(state.period)) return notice(text("records_range", {from, to}));
    const cell = store.cell(kpi.kpi_id, {...where, grain: "month", period: state.period});
    if (!cell) return notice(text("records_no_value"));
    const parts = records.partsOf(kpi.kpi_id);
    return [summary(cell), parts.length ? ofParts(parts, cell) : sides(cell)];
  }

  /* The value, its parts and what to know of it. */
  function summary(cell) {
    const side = (name, unit) => (cell[name] === null ? null
      : [h("dt", {}, text(name)), h("dd", {}, figure(cell, name, {unit, isPlain: true}))]);
    return h("div", {class: "panel wide how"},
      h("dl", {},
        h("dt", {}, text("value")), h("dd", {}, h("strong", {}, figure(cell, "value", {isPlain: true})), blocks.marks(cell)),
        cell.denominator === null ? null : [side("numerator", unitOf(cell, "numerator")), side("denominator", "count")]));
  }

  const unitOf = (cell, name) =>
    (format.unit(store.kpi(cell.kpi)) === "amount" && name === "numerator" ? "amount" : "count");

  /* Of a longer or shorter period the months that it is of, each with its own lists. */
  function ofMonths(kpi, state, where, months) {
    const until = format.end(state.grain, state.period);
    const own = months.filter((month) => month <= until && format.end("month", month) >= state.period);
    const cells = own.map((month) => store.cell(kpi.kpi_id, {...where, grain: "month", period: month})).filter(Boolean);
    if (!cells.length) return null;
    const title = text("records_months");
    return panel(title, {wide: true, note: text("records_by_month")}, elements.table(title,
      ["period", "value", "numerator", "denominator"].map((key, at) => ({title: text(key), isNumber: at > 0})),
      cells.map((cell) => [format.period("month", cell.period), figure(cell),
        figure(cell, "numerator", {unit: unitOf(cell, "numerator")}), figure(cell, "denominator", {unit: "count"})])));
  }

  /* What a KPI is computed from that is no sum of records. */
  function ofParts(parts, {grain, period, dimension, value_id: value}) {
    const title = text("records_parts_title");
    const cells = parts.map((id) => store.cell(id, {grain, period, dimension, value})).filter(Boolean);
    return panel(title, {wide: true, note: text("records_parts")}, elements.table(title,
      [{title: text("kpi")}, {title: text("value"), isNumber: true}],
      cells.map((cell) => [blocks.kpiName(cell.kpi, {grain}), figure(cell)])));
  }

  function sides(cell) {
    const numerator = records.sideOf(cell, "numerator");
    const denominator = records.sideOf(cell, "denominator");
    return [numerator && list(cell, "numerator", numerator),
      denominator && list(cell, "denominator", denominator, numerator && reached(cell, numerator, denominator))];
  }

  /* Whom an entry is about: that of another record, or the record itself. */
  function whom(entry, told) {
    const record = told[entry.place];
    return record.about_id === null || record.about_id === undefined
      ? `${record.entity} ${record.source} ${record.id}`
      : `${record.about_entity} ${record.about_source} ${record.about_id}`;
  }

  /* Who of the denominator is in the numerator, where everybody of the numerator is one of them; else null. */
  function reached(cell, numerator, denominator) {
    const told = records.recordsOf(cell.period);
    const of = (side) => side.terms.flatMap((term) => term.list.entries.map((entry) => whom(entry, told)));
    const [upper, lower] = [new Set(of(numerator)), new Set(of(denominator))];
    return upper.size && numerator.listed === numerator.count && [...upper].every((each) => lower.has(each)) ? upper : null;
  }

  const LABELS = {activities: "activity", campaigns: "channel", costs: "cost", tickets: "topic", survey_responses: "topic"};

  function kindOf(record) {
    const words = LABELS[record.entity];
    if (words && record.kind) return format.word(record.kind, words);
    return record.entity === "reviews" && record.kind ? record.kind : format.word(record.entity, "entity");
  }

  function stageOf(record) {
    if (record.stage === null || record.stage === undefined) return null;
    if (record.entity === "prospects") return format.word(record.stage, "stage");
    return record.entity === "deals" ? record.stage : format.word(record.stage, "state");
  }

  /* An id with what it is, as a link into its tool where one is declared. */
  function named(label, {entity, source, id, linkId}) {
    if (id === null || id === undefined) return null;
    const address = records.linkOf(entity, source, entity === "prospects" ? linkId : id);
    return h("span", {}, h("span", {class: "soft"}, `${label} `), address === null ? h("span", {dir: "auto"}, elements.breakable(id))
      : h("a", {href: address, target: "_blank", rel: "noopener noreferrer", dir: "auto",
        title: text("records_opens", {source})}, elements.breakable(id)));
  }

  /* The list of one side. */
  function list(cell, name, side, isReached = null) {
    const told = records.recordsOf(cell.period);
    const unit = unitOf(cell, name);
    const isMany = side.terms.length > 1;
    const rows = side.terms.flatMap((term) => term.list.entries.map((entry) => ({...entry, term, record: told[entry.place]})))
      .sort((one, other) => other.day - one.day || one.place - other.place);
    const dayOf = (row) => format.addDays(cell.period, row.day);
    const has = (read) => rows.some((row) => read(row) !== null && read(row) !== undefined);
    const counts = (row) => row.term.weight * row.value;
    const isCounted = rows.some((row) => counts(row) !== 1) &&
      rows.some((row) => Math.abs(counts(row) - (row.record.amount ?? Infinity)) > 0.005);
    const columns = [
      {title: text("record"), show: (row) => named(kindOf(row.record), {...row.record, linkId: row.record.link_id}), by: (row) => row.record.id},
      isMany && {title: text("record_event"), show: (row) => `${row.term.weight < 0 ? "\u2212 " : ""}${format.word(row.term.event, "event")}`},
      {title: text("record_day"), show: (row) => format.date(dayOf(row)), by: dayOf},
      has((row) => row.record.about_id) && {title: text("record_about"), by: (row) => row.record.about_id,
        show: (row) => named(format.word(row.record.about_entity, "entity"),
          {entity: row.record.about_entity, source: row.record.about_source, id: row.record.about_id, linkId: row.record.about_link_id})},
      has((row) => row.record.stage) && {title: text("record_stage"), show: (row) => stageOf(row.record)},
      has((row) => row.record.owner) && {title: text("record_owner"), show: (row) => row.record.owner},
      has((row) => row.record.amount) && {title: text("amount"), isNumber: true,
        show: (row) => format.value("amount", row.record.amount), by: (row) => row.record.amount},
      isCounted && {title: text("record_counts"), isNumber: true, show: (row) => format.value(unit === "amount" ? unit : "ratio", counts(row)), by: counts},
      isReached && {title: text("record_reached"), show: (row) => text(isReached.has(whom(row, told)) ? "yes" : "no")},
    ].filter(Boolean);
    const {most, published} = store.content("records/terms");
    const shown = rows.slice(0, most);
    const amount = side.isQuantile || cell[name] === null ? null : format.value(unit, cell[name]);
    const title = [text(name), amount].filter((each) => each !== null).join(" = ");
    const hasPeople = rows.some(({record}) => record.entity === "prospects" || record.about_entity === "prospects");
    return panel(title, {
      wide: true,
      note: format.sentences(text("records_terms", {terms: side.terms.map((term) =>
        format.word(term.event, "event")).join(", ")}),
      side.count === null ? text("records_some", {shown: format.count(shown.length), published: format.count(published)})
        : shown.length === side.count ? text(side.count === 1 ? "records_count_one" : "records_count", {n: format.count(side.count)})
          : text("records_newest", {n: format.count(side.count), shown: format.count(shown.length)}),
      hasPeople ? text("records_people") : null),
      csv: {name: `${cell.kpi}-${cell.period}-${name}`,
        columns: ["source", "entity", "id", "event", "day", "about", "stage", "owner", "amount", "counts_for"],
        rows: () => shown.map((row) => [row.record.source, row.record.entity, row.record.id, row.term.event, dayOf(row),
          row.record.about_id ?? null, row.record.stage ?? null, row.record.owner ?? null, row.record.amount ?? null, counts(row)])},
    }, shown.length ? blocks.sortable(`records-${name}`, title, columns.map(({title: words, isNumber}) => ({title: words, isNumber})),
      shown.map((row) => columns.map(({show, by}) => (by ? blocks.cell(show(row), by(row)) : show(row)))), {most: MOST_SHOWN})
      : h("p", {class: "soft"}, text(side.count === null ? "records_unlisted" : "records_nothing")));
  }

  pages.all.push(page);
})();
