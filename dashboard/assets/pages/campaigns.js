"use strict";
/* Which channels and campaigns bring responses, customers and a return. */
(() => {
  const store = prospection;
  const {format, elements, charts, blocks, pages} = prospection;
  const {h, panel, notice} = elements;
  const {text} = format;
  const {heading, grid} = pages;

  const RETURNS = ["touches", "response_rate", "leads_obtained", "new_customers", "prospecting_cost",
    "cost_per_prospect", "cac", "revenue", "roi"];
  // a cost that names no campaign is allotted above
  const OUTCOMES = ["touches", "response_rate", "leads_obtained", "new_customers", "revenue"];

  const campaigns = {
    id: "campaigns",
    isFiltered: false,
    keys: (state) => ["subjects/kpi_conclusions", `channel/${state.grain}`, `campaign/${coarse(state)}`, `campaign/${state.grain}`,
      "subjects/kpi_campaign_returns", "subjects/kpi_letter_costs", "subjects/kpi_campaign_performance",
      "subjects/kpi_campaign_totals", "subjects/kpi_cost_breakdown", "subjects/attribution", ...blocks.returnKeys(state)],
    render(state) {
      return [
        heading("campaigns", state, false),
        blocks.conclusions("campaigns", state, {isFiltered: false}),
        blocks.missing("costs", "activities"),
        blocks.isBudgetKnown(state) ? null : notice(text("returns_of_today", {date: format.date(store.start.as_of)})),
        blocks.budget("channel", state),
        blocks.budget("campaign", state),
        intervals(text("chart_response_by_channel"), "response_rate", "channel", state),
        ...campaigns.brief(state),
        grid(blocks.returnsOverTime(state), blocks.scaling(state)),
        attribution(),
        costs(state),
        blocks.letters(state),
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

  campaigns.brief = (state) => {
    const broad = {...state, grain: coarse(state)};
    broad.period = store.periods(broad.grain).filter((start) => start <= state.period).at(-1);
    return [
      blocks.byDimension(text("by_channel"), "channel", RETURNS, state),
      blocks.byDimension(text("by_campaign"), "campaign", OUTCOMES, broad, {
        note: broad.grain === state.grain ? "" : format.period(broad.grain, broad.period)}),
      variants(),
    ];
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
      type: "bar", isHorizontal: true, isLabelled: !hasInterval, unit: format.unit(store.kpi(kpiId)), head: blocks.kpiName(kpiId, {words: title}),
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
     more prospects to answer, and is the difference more than chance? */
  function variants() {
    const tried = store.subject("kpi_campaign_performance").rows
      .filter((row) => row.prospects_touched > 0 && format.isNamed(row.message_variant ?? "()"));
    const groups = new Map();
    for (const row of tried) {
      const key = JSON.stringify([row.campaign_id, row.message_variant]);
      const group = groups.get(key) || {...row, prospects_touched: 0, prospects_responded: 0};
      group.prospects_touched += row.prospects_touched;
      group.prospects_responded += row.prospects_responded;
      groups.set(key, group);
    }
    const all = [...groups.values()];
    const rate = (row) => row.prospects_responded / row.prospects_touched;
    const size = (row) => all.filter((each) => each.campaign_id === row.campaign_id)
      .reduce((total, each) => total + each.prospects_touched, 0);
    const rows = all.filter((row) => all.some((each) => each !== row && each.campaign_id === row.campaign_id))
      .sort((one, other) => size(other) - size(one) || one.campaign_name.localeCompare(other.campaign_name) ||
        one.campaign_id.localeCompare(other.campaign_id) || rate(other) - rate(one));
    if (!rows.length) return null;
    const verdict = (row) => (row.is_variant_winner ? "variant_winner"
      : row.is_variant_different === null ? "variant_unknown"
        : row.is_variant_different ? "variant_other" : "variant_even");
    // what the conclusion about a winner says that it is worth
    const found = new Map(store.rows("subjects/kpi_conclusions").filter((row) => row.kind === "variant" && row.is_newest)
      .map((row) => [JSON.stringify([row.dimension_value, row.subject]), row.worth_cases]));
    const gain = (row) => (row.is_variant_winner ? found.get(JSON.stringify([row.campaign_id, row.message_variant])) ?? null : null);
    const columns = ["campaign_name", "message_variant", "prospect_response_rate", "verdict", "answers_more", "prospects_touched",
      "prospects_responded"];
    const title = text("subject_variants");
    return panel(title, {
      wide: true, note: text("variants_note"),
      csv: {name: "message-variants", columns, rows: () => rows.map((row) => [row.campaign_name, row.message_variant,
        rate(row), text(verdict(row)), gain(row), row.prospects_touched, row.prospects_responded])},
    }, blocks.sortable("variants", title,
      columns.map((name, at) => ({title: format.word(name, "column"), isNumber: at > 1 && at !== 3})),
      rows.map((row) => [row.campaign_name, row.message_variant, blocks.cell(format.value("rate", rate(row)), rate(row)),
        verdict(row) === "variant_winner" ? h("span", {class: "status"}, text("variant_winner"))
          : h("span", {class: "soft"}, text(verdict(row))),
        gain(row) === null ? null : blocks.cell(`+${format.count(Math.max(1, Math.round(gain(row))))}`, gain(row)),
        blocks.cell(format.count(row.prospects_touched), row.prospects_touched),
        blocks.cell(format.count(row.prospects_responded), row.prospects_responded)])));
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
      type: "bar", isTime: true, isStacked: true, isWide: true, unit: "amount", name: "costs",
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

  pages.all.push(campaigns);
})();
