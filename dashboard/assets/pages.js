"use strict";
/* The pages about prospecting: overview, funnel, activity, campaigns and channels. A page says which
   data it needs for a filter (`keys`) and makes its content (`render`). */
prospection.pages = (() => {
  const store = prospection;
  const {format, elements, charts, blocks} = prospection;
  const {h, figure, panel, notice} = elements;
  const {text} = format;

  const chosen = (state) => `${state.dimension}/${state.grain}`;

  /* "Sector: Construction". */
  const segmentName = (dimension, value) =>
    format.named(text(`dimension_${dimension}`), format.label(dimension, value));

  /* The title of a page, with what is chosen: filters are not printed. */
  function heading(id, state, isFiltered = true) {
    const choice = [format.period(state.grain, state.period)];
    if (isFiltered && state.dimension !== "all") {
      choice.push(segmentName(state.dimension, state.value));
    }
    return h("div", {class: "title"},
      h("h2", {}, text(`page_${id}`), id === "quality" ? null
        : h("span", {class: "choice", dir: "auto"}, ` ${choice.join(" \u00b7 ")}`)),
      h("p", {class: "lead"}, text(`page_${id}_lead`)));
  }
  const grid = (...content) => h("div", {class: "grid"}, content);

  /* The weekly values of the chosen segment where it is published by week, else its grain's. */
  function weekly(state) {
    const dimension = store.dimension(state.dimension);
    const grains = state.dimension === "all" ? store.start.grains : dimension.grains;
    return grains.includes("week") ? "week" : state.grain;
  }

  // Overview ------------------------------------------------------------------------------------

  const overview = {
    id: "overview",
    keys: (state) => [chosen(state), "subjects/kpi_signals", "subjects/kpi_targets"],
    render(state) {
      const headline = store.start.headline.filter((id) => store.kpi(id));
      const cards = headline.map((id) => blocks.card(id, state)).filter(Boolean);
      const absent = headline.length - cards.length;
      const families = [...new Set(store.start.catalog.map((kpi) => kpi.family))];
      return [
        heading("overview", state),
        cards.length ? h("div", {class: "cards"}, cards) : notice(text("nothing_published")),
        absent > 0 && cards.length ? h("p", {class: "note"}, text("not_by_dimension", {n: absent})) : null,
        signals(state),
        blocks.targets(state),
        h("h3", {class: "group every"}, text("every_kpi")),
        families.map((family) => familyTable(family, state)),
        blocks.missing("prospects", "activities", "deals", "orders", "costs", "surveys"),
      ];
    },
  };

  const MOST_SIGNALS = 6;

  /* What is significantly worse in the newest period, the most certain first, and what can be done. */
  function signals(state) {
    const current = store.subject("kpi_signals").rows.filter((row) => row.is_current);
    const all = state.dimension === "all" ? current : current.filter((row) =>
      row.dimension === state.dimension && row.dimension_value === state.value);
    if (current.length && !all.length) return notice(text("no_signals"), "good");
    // nothing can be done about "(unknown)": of a KPI the surest segment that has a name
    const isNamed = (row) => !/^\(.*\)$/.test(row.dimension_value);
    const rows = [...new Set(all.map((row) => row.kpi_id))].map((id) => {
      const own = all.filter((row) => row.kpi_id === id);
      return own.find(isNamed) || own[0];
    });
    const others = (row) => all.filter((each) => each.kpi_id === row.kpi_id).length - 1;
    if (!rows.length) return null;
    const language = format.language();
    const where = (row) => (row.dimension === "all" ? text("dimension_all")
      : segmentName(row.dimension, row.dimension_value));
    const unit = (row) => (store.kpi(row.kpi_id) || {unit: "ratio"}).unit;
    return panel(text("subject_kpi_signals"), {
      wide: true, note: text("signals_note"),
      csv: {name: "signals", columns: Object.keys(rows[0]), rows: () => all.map((row) => Object.values(row))},
    }, h("ul", {class: "signals"}, rows.slice(0, MOST_SIGNALS).map((row) => h("li", {},
      h("p", {}, h("strong", {class: "clamp", dir: "auto"}, row[`name_${language}`]),
        h("span", {class: "soft clamp", dir: "auto"}, `${where(row)} \u00b7 ${format.period(row.grain, row.period_start)}` +
          (others(row) ? ` \u00b7 ${text("and_segments", {n: others(row)})}` : ""))),
      h("p", {class: "number"}, format.value(unit(row), row.value), h("span", {class: "soft"},
        ` ${text("instead_of", {value: format.value(unit(row), row.expected_value)})}`)),
      h("p", {dir: "auto"}, format.typeset(row[`advice_${language}`]))))));
  }

  /* Every KPI of a family in the chosen period, folded away until asked for. */
  function familyTable(family, state) {
    const found = store.start.catalog.filter((kpi) => kpi.family === family)
      .map((kpi) => blocks.shownCell(kpi.kpi_id, state)).filter(Boolean);
    if (!found.length) return null;
    const columns = ["kpi", "value", "column_previous", "column_change", "column_year_ago", "sample", "remarks"];
    const rows = found.map((cell) => [
      h("span", {title: format.definition(store.kpi(cell.kpi))}, format.kpiName(store.kpi(cell.kpi))),
      figure(cell), figure(cell, "previous_value"),
      elements.movement(cell, "previous_value") || format.NOTHING,
      figure(cell, "year_ago_value"), figure(cell, "sample_size", {unit: "count"}),
      h("span", {class: "marks"}, blocks.ownMark(store.kpi(cell.kpi)), cell.period === state.period ? null
        : h("span", {class: "mark other"}, format.period(cell.grain, cell.period, true)), blocks.marks(cell)),
    ]);
    const title = format.word(family, "family");
    const fields = ["value", "numerator", "denominator", "sample_size", "ci_low", "ci_high",
      "previous_value", "year_ago_value"];
    return h("details", {class: "family"},
      h("summary", {}, title, h("span", {class: "soft"}, ` ${text("kpi_count", {n: found.length})}`)),
      h("p", {class: "right"}, elements.downloadButton(`${family}-${state.period}`, title,
        ["kpi_id", "statistic", "grain", "period_start", ...fields],
        () => found.map((cell) => [cell.kpi, cell.statistic, cell.grain, cell.period,
          ...fields.map((field) => cell[field])]))),
      elements.table(title, columns.map((key, at) => ({
        title: text(key), isNumber: at > 0 && at < 6,
      })), rows));
  }

  // Funnel --------------------------------------------------------------------------------------

  const FUNNEL_GRAINS = ["month", "quarter", "year"];
  const funnel = {
    id: "funnel",
    keys: (state) => [`funnel/${state.dimension}`, chosen(state), "subjects/kpi_funnel_cohorts",
      `subjects/kpi_conversion_lag/${state.dimension}`],
    render(state) {
      const rows = store.rows(`funnel/${state.dimension}`)
        .filter((row) => row.dimension_value === state.value);
      const grain = FUNNEL_GRAINS.includes(state.grain) ? state.grain : "month";
      const of = rows.filter((row) => row.grain === grain);
      const starts = [...new Set(of.map((row) => row.period_start))];
      const period = starts.filter((start) => start <= state.period).at(-1) || starts.at(-1);
      const stages = of.filter((row) => row.period_start === period);
      const settled = starts.filter((start) => start < period && isSettled(of, start)).at(-1);
      return [
        heading("funnel", state),
        stages.length ? funnelBars(stages, told(rows), grain, period) : notice(text("no_funnel")),
        settled && !isSettled(of, period)
          ? funnelBars(of.filter((row) => row.period_start === settled), told(rows), grain, settled,
            text("funnel_settled")) : null,
        stages.length ? funnelTable(of, starts.filter((start) => start <= period).slice(-13), grain) : null,
        compareValues(state, grain, settled && !isSettled(of, period) ? settled : period),
        cohorts(state),
        lag(state),
        grid(
          blocks.overTime(text("chart_conversion"), ["cohort_conversion_rate", "cohort_qualification_rate"],
            state, {name: "conversion"}),
          blocks.overTime(text("chart_durations"), ["time_to_convert_days", "sales_cycle_days",
            "prospect_to_lead_days"], state, {name: "durations"}),
        ),
        blocks.missing("prospects", "activities"),
      ];
    },
  };

  /* Whether all who came in then have had their full time. */
  const isSettled = (rows, start) => rows.every((row) =>
    row.period_start !== start || row.stage_order === 1 || row.is_mature !== false);

  /* The stages that the exports tell of: those that have a row in some period. */
  const told = (rows) => [...new Map(rows.map((row) => [row.stage, row.stage_order])).entries()]
    .sort((one, other) => one[1] - other[1]).map(([stage]) => stage);

  /* A stage has no row when nobody reached the one before it: nobody reached it either. */
  function withUnreached(stages, known) {
    const last = stages.at(-1);
    const later = last.reached === 0 ? known.slice(known.indexOf(last.stage) + 1) : [];
    return [...stages, ...later.map((stage) => ({stage, reached: 0, rate_from_previous: null, rate_from_first: null}))];
  }

  function bottleneck(row) {
    const more = Math.round(row.customers_if_improved || 0);
    return text(more === 0 ? "bottleneck_none" : more === 1 ? "bottleneck_one" : "bottleneck", {n: format.count(more)});
  }

  function funnelBars(rows, known, grain, period, note) {
    const stages = withUnreached(rows, known);
    const first = stages[0].reached;
    const bars = stages.map((row) => h("li", {class: row.is_bottleneck ? "bottleneck" : null},
      h("span", {class: "stage"}, format.word(row.stage, "stage")),
      h("span", {class: "track", "aria-hidden": "true"},
        h("span", {style: `width:${first ? (row.reached / first) * 100 : 0}%`})),
      h("span", {class: "reached"}, format.count(row.reached)),
      h("span", {class: "rates"},
        row.rate_from_previous === null ? row.stage_order === 1 ? text("funnel_start") : null
          : text("funnel_rates", {
            previous: format.value("rate", row.rate_from_previous),
            first: format.value("rate", row.rate_from_first),
          }),
        (row.benchmark_rate ?? null) === null ? null
          : ` \u00b7 ${text("funnel_benchmark", {rate: format.value("rate", row.benchmark_rate)})}`,
        row.is_bottleneck ? h("strong", {class: "mark small"}, bottleneck(row)) : null,
        row.is_declining ? h("strong", {class: "mark small"}, text("declining")) : null)));
    const names = Object.keys(rows[0]);
    return panel(text("funnel_of", {period: format.period(grain, period)}), {
      wide: true,
      note: format.sentences(note || text(isSettled(rows, period) ? "funnel_note" : "funnel_young"),
        rows.some((row) => row.is_bottleneck) ? text("bottleneck_note") : null),
      csv: {name: `funnel-${period}`, columns: names, rows: () => rows.map((row) => names.map((name) => row[name]))},
    }, h("ol", {class: "funnel"}, bars));
  }

  /* The rate of each step by period of detection; periods that still move are marked. */
  function funnelTable(rows, starts, grain) {
    if (starts.length < 2) return null;
    const stages = told(rows).slice(1);
    const find = (start, stage) =>
      rows.find((row) => row.period_start === start && row.stage === stage);
    const body = [...starts].reverse().map((start) => {
      const young = rows.some((row) =>
        row.period_start === start && row.stage_order > 1 && row.is_mature === false);
      const detected = rows.find((row) => row.period_start === start && row.stage_order === 1);
      return [
        h("span", {}, format.period(grain, start, true), young
          ? h("span", {class: "mark immature", title: text("mark_immature_why")}, text("still_moving")) : null),
        detected ? format.count(detected.reached) : null,
        ...stages.map((stage) => {
          const row = find(start, stage);
          return row ? heat(row.rate_from_previous, 0, 1, format.value("rate", row.rate_from_previous),
            row.is_mature === false) : null;
        }),
      ];
    });
    const title = text("funnel_by_period");
    const columns = [text("period"), text("stage_detected"), ...stages.map((stage) => format.word(stage, "stage"))];
    return panel(title, {
      wide: true, note: text("funnel_by_period_note"),
      csv: {name: "funnel-rates", columns, rows: () => [...starts].reverse().map((start) => [start,
        (find(start, "detected") || {}).reached ?? null,
        ...stages.map((stage) => (find(start, stage) || {}).rate_from_previous ?? null)])},
    }, elements.table(title, columns.map((name, at) => ({title: name, isNumber: at > 0})), body, {classes: "heat"}));
  }

  /* A cell of a heat map: the darker, the larger; hatched where it still moves. */
  function heat(value, low, high, words, isYoungCell) {
    if (value === null || value === undefined) return h("span", {class: "nothing"}, format.NOTHING);
    const share = high > low ? Math.max(0, Math.min(1, (value - low) / (high - low))) : 0;
    const step = Math.round(share * 6);
    const shown = h("span", {class: `heat-${step}${isYoungCell ? " young" : ""}`}, words);
    shown.dataset.cell = shown.className;
    shown.className = "";
    return shown;
  }

  function compareValues(state, grain, period) {
    if (state.dimension === "all") return null;
    const rows = store.rows(`funnel/${state.dimension}`)
      .filter((row) => row.grain === grain && row.period_start === period);
    const last = rows.filter((row) => row.stage === "won" || row.stage === "engaged");
    if (!last.length) return null;
    const values = [...new Set(last.map((row) => row.dimension_value))].slice(0, 15);
    const rate = (value, stage) => {
      const row = rows.find((each) => each.dimension_value === value && each.stage === stage);
      return row ? row.rate_from_first : null;
    };
    return charts.chart(text("funnel_compare", {dimension: text(`dimension_${state.dimension}`)}), {
      type: "bar", isHorizontal: true, isLabelled: true, isWide: true, unit: "rate", name: "funnel-compare",
      note: format.period(grain, period),
      labelTitle: text(`dimension_${state.dimension}`),
      labels: values.map((value) => format.label(state.dimension, value)),
      series: ["engaged", "won"].map((stage, at) => ({
        name: format.word(stage, "stage"), colour: at + 1, values: values.map((value) => rate(value, stage)),
      })),
    });
  }

  function cohorts(state) {
    const {rows} = store.subject("kpi_funnel_cohorts");
    const won = rows.filter((row) => row.stage === "won" && row.months_since <= 12);
    if (!won.length) return null;
    const months = [...new Set(won.map((row) => row.contacted_month))].sort().slice(-18).reverse();
    const columns = [...new Set(won.map((row) => row.months_since))].sort((one, other) => one - other);
    const high = Math.max(...won.map((row) => row.cumulative_rate || 0));
    const find = (month, at) => won.find((row) => row.contacted_month === month && row.months_since === at);
    const title = text("subject_kpi_funnel_cohorts");
    return panel(title, {
      wide: true, note: format.sentences(text("cohorts_note"), state.dimension === "all" ? null : text("of_everything")),
      csv: {name: "funnel-cohorts", columns: Object.keys(won[0]), rows: () => rows.map((row) => Object.values(row))},
    }, elements.table(title, [text("contacted_in"), ...columns.map(String)]
      .map((name, at) => ({title: name, isNumber: at > 0})),
    months.map((month) => [format.period("month", month, true), ...columns.map((at) => {
      const row = find(month, at);
      return row ? heat(row.cumulative_rate, 0, high, format.value("rate", row.cumulative_rate),
        row.is_complete === false) : null;
    })]), {classes: "heat"}));
  }

  function lag(state) {
    const rows = blocks.segment("kpi_conversion_lag", state);
    if (rows.length < 2) return null;
    const value = (name) => rows.map((row) => row[name]);
    return charts.chart(text("subject_kpi_conversion_lag"), {
      type: "line", isWide: true, unit: "rate", name: "conversion-lag", note: text("lag_note"),
      labelTitle: text("days_since"), labels: value("days_since_contact").map(String),
      positions: value("days_since_contact"),
      series: [{name: text("converted"), values: value("converted_share"), low: value("ci_low"),
        high: value("ci_high")}],
    });
  }

  // Activity ------------------------------------------------------------------------------------

  const CHANNELS = {
    calls_to_prospects: "call", prospecting_emails: "email", linkedin_touches: "linkedin", letters_sent: "mail",
  };

  const activity = {
    id: "activity",
    keys: (state) => [chosen(state), `${state.dimension}/${weekly(state)}`, "rep/week",
      `rep/${state.grain}`, "all/quarter", `channel/${weekly(state)}`],
    render(state) {
      const grain = weekly(state);
      const touches = Object.keys(CHANNELS).filter((id) => store.kpi(id));
      return [
        heading("activity", state),
        blocks.missing("activities"),
        grid(
          touchesByChannel(state, grain, touches),
          blocks.overTime(text("chart_conversations"), ["prospect_conversations", "meetings_booked",
            "meetings_held_prospects"], state, {grain, name: "conversations"}),
          blocks.overTime(text("chart_first_contact"), ["lead_response_hours", "lead_response_hours"],
            state, {statistics: ["median", "p90"], name: "first-contact", note: text("first_contact_note")}),
          blocks.overTime(text("chart_never_contacted"), ["never_contacted_rate", "meeting_no_show_rate",
            "call_answer_rate"], state, {name: "rates-of-activity"}),
          emailsAgainstCalls(state),
        ),
        blocks.byDimension(text("activity_by_rep"), "rep", ["touches", ...touches, "prospect_conversations",
          "meetings_booked", "meetings_held_prospects", "meetings_held_customers"], state),
        repWeeks(state),
      ];
    },
  };

  /* Touches by channel: of everything as the channels are published, else as far as a KPI tells. */
  function touchesByChannel(state, grain, kpis) {
    const settings = {
      grain, type: "bar", isStacked: true, isWide: true, isNamed: true, name: "touches",
      note: text(grain === "week" ? "per_week" : "per_period"),
    };
    const title = text("chart_touches");
    if (state.dimension !== "all" || !(store.dimension("channel")?.grains || []).includes(grain)) {
      const colours = kpis.map((id) => charts.channelColour(CHANNELS[id]));
      return blocks.overTime(title, kpis, state, {...settings, colours});
    }
    const periods = store.periods(grain)
      .filter((start) => start <= format.end(state.grain, state.period)).slice(grain === "week" ? -26 : -13);
    const series = store.values("channel").map(([value]) => {
      const all = store.series("touches", {grain, dimension: "channel", value});
      const cells = periods.map((start) => all.find((cell) => cell.period === start) || null);
      return {
        name: format.label("channel", value), colour: charts.channelColour(value), unit: "count", cells,
        values: cells.map((cell) => (cell ? cell.value : null)),
      };
    });
    return charts.chart(title, {
      ...settings, unit: "count", series, labels: periods.map((start) => format.period(grain, start, true)),
    });
  }

  const WEEKLY = ["touches", "calls_to_prospects", "prospecting_emails", "linkedin_touches", "letters_sent",
    "prospect_conversations", "meetings_booked", "meetings_held_prospects"];

  /* How much each rep did in each week, of what is chosen. */
  function repWeeks(state) {
    const weeks = store.periods("week").filter((start) => start <= format.end(state.grain, state.period)).slice(-12);
    const kpis = WEEKLY.filter((id) => store.kpi(id) && repRows(id, weeks).length);
    if (!kpis.length) return null;
    let kpi = kpis[0];
    const title = text("rep_weeks");
    const names = weeks.map((start) => format.period("week", start, true));
    const place = h("div");
    const draw = () => {
      const rows = repRows(kpi, weeks);
      const high = Math.max(...rows.flatMap((row) => row.cells.map((cell) => (cell ? cell.value : 0))));
      const more = blocks.howMany(rows);
      place.replaceChildren(...more ? [h("p", {class: "note"}, more)] : [],
        elements.table(title, [text("dimension_rep"), ...names].map((name, at) => ({title: name, isNumber: at > 0})),
          rows.slice(0, blocks.MOST_SHOWN).map((row) => [format.label("rep", row.value), ...row.cells.map((cell) => {
            if (!cell) return null;
            const shown = heat(cell.value, 0, high, "", false);
            shown.append(figure(cell));
            return shown;
          })]), {classes: "heat"}));
    };
    draw();
    return panel(title, {
      wide: true, note: text("rep_weeks_note"),
      csv: {name: "rep-weeks", columns: [text("kpi"), text("dimension_rep"), ...weeks], rows: () =>
        kpis.flatMap((id) => repRows(id, weeks).map((row) => [format.kpiName(store.kpi(id)),
          format.label("rep", row.value), ...row.cells.map((cell) => cell && cell.value)]))},
    }, h("p", {class: "choose"}, h("label", {for: "rep-weeks"}, `${text("shown")} `), h("select", {
      id: "rep-weeks", onchange: (event) => {
        kpi = event.target.value;
        draw();
      },
    }, kpis.map((id) => h("option", {value: id}, format.kpiName(store.kpi(id)))))), place);
  }

  /* The reps with a value in one of the weeks, the largest first. */
  function repRows(kpiId, weeks) {
    const sum = (row) => row.cells.reduce((total, cell) => total + (cell ? cell.value : 0), 0);
    return store.values("rep").map(([value]) => {
      const cells = store.series(kpiId, {grain: "week", dimension: "rep", value});
      return {value, cells: weeks.map((start) => cells.find((cell) => cell.period === start) || null)};
    }).filter((row) => sum(row) > 0).sort((one, other) => sum(other) - sum(one));
  }

  function emailsAgainstCalls(state) {
    const grain = weekly(state);
    const correlation = store.series("email_call_correlation", {grain: "quarter", dimension: "all", value: "all"})
      .filter((cell) => cell.period <= state.period).at(-1);
    const words = correlation ? text("correlation_note", {
      value: format.value("ratio", correlation.value), period: format.period("quarter", correlation.period),
    }) : null;
    return blocks.overTime(text("chart_emails_calls"), ["prospecting_emails", "calls_to_prospects"], state, {
      grain, name: "emails-calls", note: words, colours: [charts.channelColour("email"), charts.channelColour("call")],
    });
  }

  // Campaigns and channels ----------------------------------------------------------------------

  const RETURNS = ["touches", "response_rate", "leads_obtained", "new_customers", "prospecting_cost",
    "cost_per_prospect", "cac", "revenue", "roi"];

  const campaigns = {
    id: "campaigns",
    isFiltered: false,
    keys: (state) => [`channel/${state.grain}`, `campaign/${coarse(state)}`, `campaign/${state.grain}`,
      "subjects/kpi_campaign_performance", "subjects/kpi_campaign_totals", "subjects/kpi_cost_breakdown",
      "subjects/attribution"],
    render(state) {
      const broad = {...state, grain: coarse(state)};
      broad.period = store.periods(broad.grain).filter((start) => start <= state.period).at(-1);
      return [
        heading("campaigns", state, false),
        blocks.missing("costs", "activities"),
        intervals(text("chart_response_by_channel"), "response_rate", "channel", state),
        blocks.byDimension(text("by_channel"), "channel", RETURNS, state),
        blocks.byDimension(text("by_campaign"), "campaign", RETURNS, broad, {
          note: broad.grain === state.grain ? "" : format.period(broad.grain, broad.period)}),
        variants(),
        attribution(),
        costs(state),
        costTable(state),
        blocks.subject("kpi_campaign_performance", {folded: text("by_sender"), note: adequacy(), columns: ["campaign_name",
          "message_variant", "sender_account", "touches", "prospects_touched", "response_rate",
          "prospect_response_rate", "leads", "customers", "cost_amount", "roi", "sample_adequacy"]}),
        blocks.subject("kpi_campaign_totals", {columns: ["campaign_name", "channel", "first_on", "last_on", "sent",
          "delivered", "opened", "open_rate", "clicked", "click_rate", "replied", "reply_rate", "bounced", "unsubscribed",
          "visits", "form_leads", "cost_amount", "cost_per_form_lead"]}),
      ];
    },
  };

  /* Campaigns are published by month, quarter and year only. */
  const coarse = (state) =>
    (store.dimension("campaign")?.grains || []).includes(state.grain) ? state.grain : "month";

  /* A rate by the values of a dimension, with the interval where the KPI has one. */
  function intervals(title, kpiId, dimension, state) {
    const cells = store.values(dimension)
      .map(([value]) => store.cell(kpiId, {grain: state.grain, dimension, value, period: state.period}))
      .filter((cell) => cell && cell.denominator !== 0)
      .sort((one, other) => other.value - one.value).slice(0, 15);
    if (cells.length < 2) return null;
    const hasInterval = cells.some((cell) => cell.ci_low !== null);
    return charts.chart(title, {
      type: "bar", isHorizontal: true, isLabelled: !hasInterval, unit: store.kpi(kpiId).unit,
      name: `${kpiId}-${dimension}`, isWide: true,
      note: format.definition(store.kpi(kpiId)), labelTitle: text(`dimension_${dimension}`),
      labels: cells.map((cell) => format.label(dimension, cell.value_id) +
        (cell.is_reliable === false ? " *" : "")),
      series: [{name: format.kpiName(store.kpi(kpiId)), values: cells.map((cell) => cell.value), cells,
        low: hasInterval ? cells.map((cell) => cell.ci_low ?? cell.value) : null,
        high: cells.map((cell) => cell.ci_high ?? cell.value)}],
    });
  }

  /* How many of the samples, by distinct prospects touched, are large enough to tell anything. */
  function adequacy() {
    const {rows} = store.subject("kpi_campaign_performance");
    const of = (word) => format.count(rows.filter((row) => row.sample_adequacy === word).length);
    return text("adequacy_note", {small: of("too_small"), fit: of("representative"), more: of("more_than_needed")});
  }

  /* The messages that were tried against each other in a campaign, senders together: which one gets
     more answers, and is the difference more than chance? */
  function variants() {
    const tried = store.subject("kpi_campaign_performance").rows
      .filter((row) => row.messages > 0 && !/^\(.*\)$/.test(row.message_variant ?? "()"));
    const groups = new Map();
    for (const row of tried) {
      const key = JSON.stringify([row.campaign_id, row.message_variant]);
      const group = groups.get(key) || {...row, messages: 0, message_responses: 0, touched: 0};
      group.messages += row.messages;
      group.message_responses += row.message_responses;
      group.touched = Math.max(group.touched, row.prospects_touched);
      groups.set(key, group);
    }
    const all = [...groups.values()];
    const size = (row) => all.filter((each) => each.campaign_id === row.campaign_id)
      .reduce((total, each) => total + each.messages, 0);
    const rows = all.filter((row) => all.some((each) => each !== row && each.campaign_id === row.campaign_id))
      .sort((one, other) => size(other) - size(one) || one.campaign_name.localeCompare(other.campaign_name) ||
        other.message_responses / other.messages - one.message_responses / one.messages);
    if (!rows.length) return null;
    const verdict = (row) => (row.is_variant_winner ? "variant_winner"
      : row.is_variant_different === null ? "variant_unknown"
        : row.is_variant_different ? "variant_other" : "variant_even");
    const columns = ["campaign_name", "message_variant", "response_rate", "verdict", "messages", "message_responses"];
    const title = text("subject_variants");
    return panel(title, {
      wide: true, note: format.sentences(text("variants_note"), blocks.howMany(rows)),
      csv: {name: "message-variants", columns, rows: () => rows.map((row) => [row.campaign_name, row.message_variant,
        row.message_responses / row.messages, text(verdict(row)), row.messages, row.message_responses])},
    }, elements.table(title, columns.map((name, at) => ({title: format.word(name, "column"), isNumber: at > 1 && at !== 3})),
      rows.slice(0, blocks.MOST_SHOWN).map((row) => [row.campaign_name, row.message_variant,
        format.value("rate", row.message_responses / row.messages),
        verdict(row) === "variant_winner" ? h("span", {class: "status"}, text("variant_winner"))
          : h("span", {class: "soft"}, text(verdict(row))),
        format.count(row.messages), format.count(row.message_responses)])));
  }

  const MOST_COST_TYPES = 6;

  /* What was spent in each month, by type of cost; the smallest together. */
  function costs(state) {
    const {rows} = store.subject("kpi_cost_breakdown");
    const until = format.end(state.grain, state.period);
    const months = [...new Set(rows.map((row) => row.month))].filter((month) => month <= until).sort().slice(-13);
    const sum = (some) => (some.length ? some.reduce((total, row) => total + (row.cost_amount || 0), 0) : null);
    const types = [...new Set(rows.map((row) => row.cost_type))]
      .map((type) => [type, sum(rows.filter((row) => row.cost_type === type))])
      .sort((one, other) => other[1] - one[1]).map(([type]) => type);
    const large = types.length > MOST_COST_TYPES ? types.slice(0, MOST_COST_TYPES - 1) : types;
    const spent = (month, isOwn) => sum(rows.filter((row) => row.month === month && isOwn(row.cost_type)));
    const series = large.map((type) => ({
      name: format.word(type, "cost"), values: months.map((month) => spent(month, (each) => each === type)),
    }));
    if (large.length < types.length) {
      const isSmall = (type) => !large.includes(type);
      series.push({name: text("all_others"), colour: 8, values: months.map((month) => spent(month, isSmall))});
    }
    return charts.chart(text("chart_costs"), {
      type: "bar", isStacked: true, isWide: true, unit: "amount", name: "costs",
      labels: months.map((month) => format.period("month", month, true)),
      series,
    });
  }

  function costTable(state) {
    const {rows} = store.subject("kpi_cost_breakdown");
    const until = format.end(state.grain, state.period);
    const month = rows.map((row) => row.month).filter((each) => each <= until).sort().at(-1);
    return blocks.plainTable(text("subject_kpi_cost_breakdown"), "kpi_cost_breakdown",
      rows.filter((row) => row.month === month), {
        note: month ? format.period("month", month) : null, folded: text("postings"),
        columns: ["cost_type", "nature", "channel", "cost_amount", "cost_share", "prospects_obtained", "cost_per_prospect"],
      });
  }

  function attribution() {
    const {rows} = store.subject("attribution");
    if (!rows.length) return null;
    const models = [...new Set(rows.map((row) => row.model))];
    const channels = [...new Set(rows.filter((row) => row.credited_deals > 0).map((row) => row.channel))];
    return charts.chart(text("subject_attribution"), {
      type: "bar", isStacked: true, isWide: true, isNamed: true, unit: "count", name: "attribution",
      note: text("attribution_note"), labelTitle: text("column_model"),
      labels: models.map((model) => format.word(model, "model")),
      series: channels.map((channel) => ({
        name: format.word(channel, "channel"),
        colour: charts.channelColour(channel),
        values: models.map((model) => (rows.find((row) => row.model === model && row.channel === channel) || {})
          .credited_deals ?? null),
      })),
    });
  }

  return {all: [overview, funnel, activity, campaigns], heading, grid, chosen};
})();
