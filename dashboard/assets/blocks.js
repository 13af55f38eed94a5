"use strict";
/* What several pages are made of: cards, lines of values over time, tables by a dimension, tables
   of a subject mart, notices of what is missing. */
prospection.blocks = (() => {
  const store = prospection;
  const {format, elements, charts} = prospection;
  const {h, figure, movement, sparkline, panel} = elements;
  const {text} = format;
  const MOST_SHOWN = 15;
  const MANY_COLUMNS = 10;
  const LONG_VALUE = 8; // letters: a longer one takes the place of the sparkline

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

  function marks(cell) {
    const found = [];
    if (cell.is_partial) found.push(["partial", text("mark_partial"), text("mark_partial_why")]);
    if (cell.is_mature === false) {
      found.push(["immature", text("mark_immature"), text("mark_immature_why")]);
    }
    if (cell.is_reliable === false) {
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
        line(text("identifier"), h("code", {}, kpi.kpi_id))));
  }

  /* A status of `kpi_targets` in words and colour; nothing where nothing can be said. */
  const status = (word) => word && h("span", {class: `status ${word}`}, format.word(word, "status"));

  function targetLine(cell, state) {
    if (cell.target === null) return null;
    const pace = store.rows("subjects/kpi_targets").find((row) => row.kpi_id === cell.kpi
      && row.grain === cell.grain && row.period_start === cell.period
      && row.dimension === state.dimension && row.dimension_value === state.value);
    const share = cell.attainment;
    const isLimit = store.kpi(cell.kpi).better === "down";
    return h("p", {class: isLimit && share > 1 ? "target over" : "target"},
      `${text(isLimit ? "limit" : "target")} `, figure(cell, "target", {isShort: true}),
      share === null ? null : [` \u00b7 ${text(isLimit ? "used" : "attained")} `, figure(cell, "attainment", {unit: "rate"}),
        h("span", {class: "bar", "aria-hidden": "true"},
          h("span", {style: `width:${Math.max(0, Math.min(1, share)) * 100}%`}))],
      pace ? [" ", status(pace.status)] : null);
  }

  function comparisons(cell) {
    const line = (field, title) => cell[field] === null ? null
      : h("p", {class: "compare"}, movement(cell, field),
        h("span", {class: "soft"}, ` ${title} (`, figure(cell, field, {isShort: true}), ")"));
    const found = [line("previous_value", text(`before_${cell.grain}`)),
      line("year_ago_value", text("year_ago"))].filter(Boolean);
    return found.length ? found : h("p", {class: "compare soft"}, text("no_comparison"));
  }

  /* That a KPI is the company's own, where it is. */
  const ownMark = (kpi) => (kpi.is_own
    ? h("span", {class: "mark own", title: text("own_kpi_why")}, text("own_kpi")) : null);

  function card(kpiId, state) {
    const cell = shownCell(kpiId, state);
    if (!cell) return null;
    const kpi = store.kpi(kpiId);
    const cells = store.series(kpiId, where(state))
      .filter((each) => each.period <= cell.period && !(each.is_partial && each !== cell)).slice(-13);
    const isOther = cell.period !== state.period;
    const isLong = format.value(kpi.unit, cell.value, true).length > LONG_VALUE;
    return h("article", {class: "card"},
      h("h3", {}, format.kpiName(kpi)),
      h("div", {class: "main"},
        h("p", {class: isLong ? "value long" : "value"}, figure(cell, "value", {isShort: true})),
        sparkline(cells, cell.period)),
      h("p", {class: "marks"},
        ownMark(kpi), isOther ? h("span", {class: "mark other"}, text("mature_cohort",
          {period: format.period(cell.grain, cell.period)})) : null, marks(cell)),
      comparisons(cell), targetLine(cell, state), explanation(cell));
  }

  /* Several KPIs over time, as one chart. `most` periods, up to the chosen one. */
  function overTime(title, kpis, state, settings = {}) {
    const {grain = state.grain, most = grain === "week" ? 26 : 13, statistics} = settings;
    const all = store.periods(grain);
    const last = all.filter((start) => start <= format.end(state.grain, state.period));
    const periods = last.slice(-most);
    const series = kpis.filter((id) => store.kpi(id)).map((id, at) => {
      const statistic = statistics && statistics[at];
      const cells = store.series(id, {...where(state), grain, statistic});
      const found = periods.map((start) => cells.find((cell) => cell.period === start) || null);
      const kept = found.map((cell) => (cell && cell.is_mature !== false ? cell : null));
      const name = format.kpiName(store.kpi(id));
      return {
        name: statistic ? `${name} (${text(`statistic_${statistic}`)})` : name,
        values: kept.map((cell) => (cell ? cell.value : null)), cells: kept,
        areSmall: settings.type === "bar" ? null : kept.map((cell) => Boolean(cell && cell.is_reliable === false)),
        colour: settings.colours ? settings.colours[at] : at + 1,
        unit: store.kpi(id).unit,
      };
    });
    const first = periods.findIndex((_, at) => series.some((each) => each.values[at] !== null));
    if (first < 0) return null;
    const cut = series.map((each) => ({
      ...each, values: each.values.slice(first), cells: each.cells.slice(first),
      areSmall: each.areSmall && each.areSmall.slice(first),
    }));
    const known = kpis.map((id) => store.kpi(id)).find(Boolean);
    return charts.chart(title, {
      type: "line", isNamed: kpis.length > 1, ...settings, unit: known.unit,
      labels: periods.slice(first).map((start) => format.period(grain, start, true)), series: cut,
      name: settings.name || kpis.join("-"),
    });
  }

  /* A table of KPIs by the values of a dimension, in one period. */
  function byDimension(title, dimension, kpis, state, settings = {}) {
    const columns = kpis.filter((id) => store.kpi(id));
    const at = (id, value) => {
      const cells = store.series(id, {grain: state.grain, dimension, value});
      const kpi = store.kpi(id);
      if (kpi.shape === "cohort") {
        return cells.filter((cell) => cell.is_mature && cell.period <= state.period).at(-1) || null;
      }
      return cells.find((cell) => cell.period === state.period) || null;
    };
    const rows = store.values(dimension).map(([value]) => ({
      value, cells: columns.map((id) => at(id, value)),
    })).filter((row) => row.cells.some((cell) => cell && cell.value !== 0));
    const kept = columns.map((_, at) => rows.some((row) => row.cells[at]));
    const names = columns.filter((_, at) => kept[at]);
    if (!rows.length || !names.length) return null;
    for (const row of rows) row.cells = row.cells.filter((_, at) => kept[at]);
    rows.sort((one, other) => (other.cells[0]?.value ?? -1) - (one.cells[0]?.value ?? -1));
    const shown = rows.slice(0, MOST_SHOWN);
    const largest = names.map((_, at) => Math.max(...rows.map((row) => row.cells[at]?.value ?? 0)));
    const heads = [text(`dimension_${dimension}`), ...names.map((id) => format.kpiName(store.kpi(id)))];
    return panel(title, {
      wide: true,
      note: format.sentences(settings.note, howMany(rows), shown.some((row) =>
        row.cells.some((cell) => cell && cell.is_reliable === false)) ? text("asterisk") : null,
      ...["period", "start"].map((why) => shown.some((row) =>
        row.cells.some((cell) => cell && exceeds(cell) === why)) ? text(`dagger_${why}`) : null)),
      csv: {name: `${dimension}-${state.grain}-${state.period}`, columns: heads, rows: () =>
        rows.map((row) => [format.label(dimension, row.value), ...row.cells.map((cell) => cell && cell.value)])},
    }, elements.table(title, heads.map((name, at) => ({title: name, isNumber: at > 0})),
      shown.map((row) => [format.label(dimension, row.value), ...row.cells.map((cell, at) =>
        measured(cell, largest[at]))]), {classes: heads.length > MANY_COLUMNS ? "many" : ""}));
  }

  /* A number over a bar that tells its share of the largest one of its column. */
  function measured(cell, largest) {
    if (!cell) return null;
    const kpi = store.kpi(cell.kpi);
    if (kpi.unit === "amount" && cell.value === 0) return null; // nothing was booked on it, not for free
    const isSmall = cell.is_reliable === false;
    const isAmount = ["count", "amount"].includes(kpi.unit) && cell.denominator === null;
    const bar = isAmount && largest > 0
      ? h("span", {class: "share", "aria-hidden": "true",
        style: `width:${(Math.max(0, cell.value) / largest) * 100}%`}) : null;
    return h("span", {class: isSmall ? "measured small" : "measured",
      title: isSmall ? text("mark_small", {n: format.count(cell.sample_size ?? 0)}) : null},
    bar, figure(cell, "value", {isShort: true}),
    isSmall ? h("span", {class: "asterisk", "aria-label": text("small_sample")}, "*") : null,
    exceeds(cell) ? h("span", {class: "asterisk", "aria-label": text(`mark_over_${exceeds(cell)}`)}, "\u2020") : null);
  }

  const KINDS = [
    [/(_rank|_count)$/, "count"],
    [/(rate|share|probability|conversion|attainment|retention|survival|converted)(_.*)?$/, "rate"],
    [/(amount|revenue|cost|cac|margin|budget|pipeline)(_.*)?$/, "amount"],
  ];

  function shownValue(column, value) {
    if (value === null || value === undefined) return format.NOTHING;
    if (typeof value === "boolean") return text(value ? "yes" : "no");
    const kind = (KINDS.find(([pattern]) => pattern.test(column)) || [])[1];
    if (typeof value === "number") {
      if (kind === "rate") return format.value("rate", value);
      if (kind === "amount") return format.value("amount", value);
      return Number.isInteger(value) ? format.count(value) : format.value("ratio", value);
    }
    if (/^\(\w[\w ]*\)$/.test(value)) return format.special(value);
    if (/^\d{4}-\d\d-\d\d/.test(value)) return format.date(value);
    if (column === "kpi_id") return store.kpi(value) ? format.kpiName(store.kpi(value)) : value;
    if (column === "dimension") return text(`dimension_${value}`);
    if (column === "channel") return format.word(value, "channel");
    if (column === "sample_adequacy") return format.word(value, "adequacy");
    if (column === "cost_type") return format.word(value, "cost");
    if (column === "nature") return format.word(value, "nature");
    if (column.endsWith("stage")) return format.word(value, "stage");
    return String(value);
  }

  const columnTitle = (name) => format.word(name, "column");

  /* A table of rows as they are. Columns that say nothing are left out. */
  function plainTable(title, name, rows, {columns, note, count, folded, most = MOST_SHOWN, wide = true} = {}) {
    if (!rows.length) return null;
    const have = columns ? columns.filter((column) => column in rows[0]) : Object.keys(rows[0]);
    const kept = have.filter((column) => rows.some((row) => row[column] !== null) &&
      !(have.includes(`${column.replace(/_(id|value|key)$/, "")}_label`) && /_(id|value|key)$/.test(column)));
    const numeric = (column) => rows.some((row) => typeof row[column] === "number");
    const shown = rows.slice(0, most);
    const all = Math.max(count || 0, rows.length);
    return panel(title, {
      wide, folded,
      note: format.sentences(note, all > shown.length ? text("rows_shown", {shown: shown.length, all}) : null),
      csv: {name, columns: have, rows: () => rows.map((row) => have.map((column) => row[column]))},
    }, elements.table(title,
      kept.map((column) => ({title: columnTitle(column), isNumber: numeric(column)})),
      shown.map((row) => kept.map((column) => shownValue(column, row[column])))));
  }

  /* The rows of a subject mart that belong to what is chosen. */
  const segment = (name, state) => store.rows(`subjects/${name}/${state.dimension}`)
    .filter((row) => row.dimension_value === state.value);

  /* Of rows by grain and period those of the chosen period, else of the newest one before it. */
  function ofPeriod(rows, state) {
    const grains = [state.grain, "month", "quarter", "year"];
    const grain = grains.find((each) => rows.some((row) => row.grain === each));
    const own = rows.filter((row) => row.grain === grain);
    const starts = [...new Set(own.map((row) => row.period_start))].sort();
    const period = starts.filter((start) => start <= state.period).at(-1) || starts.at(-1);
    return {grain, period, rows: own.filter((row) => row.period_start === period)};
  }

  /* A subject mart as a table. */
  function subject(name, settings = {}) {
    const {rows, count} = store.subject(name);
    return plainTable(text(`subject_${name}`), name, rows, {
      count, note: store.start.texts[`subject_${name}_note`] ? text(`subject_${name}_note`) : null,
      ...settings,
    });
  }

  /* The targets of the periods that the chosen one lies in, those of what is chosen first and the
     longest before: are they within reach, and what is missing? */
  function targets(state, kpis) {
    const last = format.end(state.grain, state.period);
    const all = store.rows("subjects/kpi_targets");
    const isOther = (row) => row.dimension !== state.dimension || row.dimension_value !== state.value;
    const rows = all.filter((row) => row.period_start <= state.period && row.period_end >= last)
      .filter((row) => !kpis || kpis.includes(row.kpi_id))
      .sort((one, other) => isOther(one) - isOther(other) || other.period_end.localeCompare(one.period_end) ||
        one.period_start.localeCompare(other.period_start));
    if (!rows.length) return null;
    const isShown = rows.some((row) => !isOther(row)) ? (row) => !isOther(row) : () => true;
    const shown = rows.filter(isShown);
    const of = (row) => (store.kpi(row.kpi_id) || {unit: "ratio"}).unit;
    const columns = ["kpi_id", "period_start", "target", "actual", "status", "projected_end",
      "needed_per_week", "contacts_needed"];
    const isNumber = (name) => !["kpi_id", "period_start", "status"].includes(name);
    const table = (some) => elements.table(text("subject_kpi_targets"),
      columns.map((name) => ({title: format.word(name, "column"), isNumber: isNumber(name)})),
      some.slice(0, MOST_SHOWN).map((row) => [
        h("span", {}, h("span", {class: "clamp", dir: "auto"}, row[`name_${format.language()}`]),
          row.dimension === "all" ? null : h("span", {class: "soft clamp", dir: "auto"},
            format.named(text(`dimension_${row.dimension}`), format.label(row.dimension, row.dimension_value)))),
        format.period(row.grain, row.period_start),
        format.value(of(row), row.target), format.value(of(row), row.actual),
        status(row.status) || format.NOTHING, format.value(of(row), row.projected_end),
        format.value(of(row), row.needed_per_week), format.value("count", row.contacts_needed)]));
    return panel(text("subject_kpi_targets"), {
      wide: true, note: format.sentences(text("subject_kpi_targets_note"), howMany(shown)),
      csv: {name: "targets", columns: Object.keys(all[0]), rows: () => all.map((row) => Object.values(row))},
    }, table(shown), shown.length < rows.length ? h("details", {class: "data"},
      h("summary", {}, text("targets_of_segments", {n: rows.length - shown.length})),
      table(rows.filter((row) => !isShown(row)))) : null);
  }

  const SUPPLIED = {
    activities: ["touches"], costs: ["prospecting_cost"], surveys: ["nps", "csat", "ces"],
    tickets: ["complaints", "compliments", "refund_requests", "dissatisfactions", "customer_questions"],
    contracts: ["contracts_signed", "renewal_rate"], quotes: ["quotes_sent"],
    deals: ["deals_won", "deals_lost", "open_pipeline"], orders: ["orders_count"],
    reviews: ["average_rating"], prospects: ["new_prospects"],
  };

  /* What no source supplies, and how to supply it. */
  function missing(...kinds) {
    const absent = kinds.filter((kind) => !SUPPLIED[kind].some((id) => store.kpi(id)));
    return absent.map((kind) => elements.notice(text(`missing_${kind}`)));
  }

  return {
    targets, where, shownCell, marks, ownMark, card, overTime, byDimension, plainTable, subject, missing, explanation,
    segment, ofPeriod, measured, howMany, status, MOST_SHOWN,
  };
})();
