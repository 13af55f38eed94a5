"use strict";
/* What prospecting returns: over time, against the sector's standard, and as more is spent. */
(() => {
  const store = prospection;
  const {format, elements, charts, blocks} = prospection;
  const {figure} = elements;
  const {text} = format;
  const LEAST_QUARTERS = 4;
  const MOST_QUARTERS = 12;

  /* The data that these blocks need besides those of the page. */
  const returnKeys = (state) => [`all/${state.grain}`, "all/quarter", "channel/quarter"];

  /* Return, and what a customer brings for what it took to win one, of the whole company. */
  function returnsOverTime(state) {
    const whole = {...state, dimension: "all", value: "all"};
    return [
      blocks.overTime(text("chart_roi"), ["roi", "margin_roi"], whole, {name: "roi"}),
      blocks.trend("ltv_to_cac", whole, {isShort: true}),
      blocks.trend("cac_payback_months", whole, {isShort: true}),
      // responses less what the standard of their channels and sectors leads one to expect
      blocks.trend("response_rate_vs_benchmark", whole, {isShort: true, note: text("standard_note")}),
    ];
  }

  /* A channel's quarters that are over: what was spent, what a customer cost. */
  function quartersOf(value, until) {
    const of = (id) => store.series(id, {grain: "quarter", dimension: "channel", value})
      .filter((cell) => !cell.is_partial && format.end("quarter", cell.period) <= until);
    const spent = new Map(of("prospecting_cost").map((cell) => [cell.period, cell]));
    return of("cac").filter((cell) => spent.has(cell.period)).slice(-MOST_QUARTERS)
      .map((cell) => ({cell, cost: spent.get(cell.period)}));
  }

  /* Does a further customer cost more when more is spent? A chart for each channel: flat is what scales. */
  function scaling(state) {
    const until = format.end(state.grain, state.period);
    return store.values("channel").filter(([value]) => format.isNamed(value))
      .map(([value]) => [value, quartersOf(value, until)])
      .filter(([, quarters]) => quarters.length >= LEAST_QUARTERS)
      .map(([value, quarters]) => charts.chart(format.named(text("chart_scaling"), format.label("channel", value)), {
        type: "line", unit: "amount", xUnit: "amount", xTitle: text("spent_in_quarter"), name: `scaling-${value}`,
        note: text("scaling_note"), labels: quarters.map(({cell}) => format.period("quarter", cell.period, true)),
        series: [{
          name: format.kpiName(store.kpi("cac")), colour: charts.channelColour(value),
          x: quarters.map(({cost}) => cost.value), values: quarters.map(({cell}) => cell.value),
          areSmall: quarters.map(({cell}) => blocks.isSmall(cell)),
        }],
        links: blocks.trendLinks(["prospecting_cost", "cac"], {grain: "quarter", dimension: "channel", value}),
        table: tableOf(quarters),
      }));
  }

  const tableOf = (quarters) => ({
    columns: [text("period"), ...["prospecting_cost", "cac", "new_customers"].map((id) => format.kpiName(store.kpi(id)))],
    rows: () => quarters.map(({cell, cost}) => [cell.period, cost.value, cell.value, cell.denominator]),
    shown: [...quarters].reverse().map(({cell, cost}) => [format.period("quarter", cell.period), figure(cost), figure(cell),
      figure(cell, "denominator", {unit: "count"})]),
    isNumber: [false, true, true, true],
  });

  Object.assign(blocks, {returnKeys, returnsOverTime, scaling});
})();
