"use strict";
/* What the team does: touches, conversations, meetings. */
(() => {
  const store = prospection;
  const {format, elements, charts, blocks, pages} = prospection;
  const {h, figure, panel} = elements;
  const {text} = format;
  const {heading, grid, chosen, weekly} = pages;

  const CHANNELS = {
    calls_to_prospects: "call", prospecting_emails: "email", linkedin_touches: "linkedin", letters_sent: "mail",
  };

  const activity = {
    id: "activity",
    keys: (state) => ["subjects/kpi_conclusions", chosen(state), `${state.dimension}/${weekly(state)}`, "rep/week",
      `rep/${state.grain}`, "all/quarter", `channel/${weekly(state)}`],
    render(state) {
      const grain = weekly(state);
      const touches = Object.keys(CHANNELS).filter((id) => store.kpi(id));
      return [
        heading("activity", state),
        blocks.conclusions("activity", state),
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

  /* A week that is not over would look like a collapse. */
  const isOver = (grain, start) => format.end(grain, start) <= store.start.as_of;

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
      .filter((start) => isOver(grain, start) && start <= format.end(state.grain, state.period)).slice(grain === "week" ? -26 : -13);
    const series = store.values("channel").map(([value]) => {
      const all = store.series("touches", {grain, dimension: "channel", value});
      const cells = periods.map((start) => all.find((cell) => cell.period === start) || null);
      return {
        name: format.label("channel", value), colour: charts.channelColour(value), unit: "count", cells,
        values: cells.map((cell) => (cell ? cell.value : null)),
      };
    });
    return charts.chart(title, {
      ...settings, isTime: true, head: blocks.kpiName("touches", {words: title, changes: {grain}}), unit: "count", series,
      labels: periods.map((start) => format.period(grain, start, true)),
    });
  }

  const WEEKLY = ["touches", "calls_to_prospects", "prospecting_emails", "linkedin_touches", "letters_sent",
    "prospect_conversations", "meetings_booked", "meetings_held_prospects"];

  /* How much each rep did in each week, of what is chosen. */
  function repWeeks(state) {
    const weeks = store.periods("week").filter((start) => isOver("week", start) && start <= format.end(state.grain, state.period)).slice(-12);
    const kpis = WEEKLY.filter((id) => store.kpi(id) && repRows(id, weeks).length);
    if (!kpis.length) return null;
    let kpi = kpis[0];
    const title = text("rep_weeks");
    const names = weeks.map((start) => format.period("week", start, true));
    const place = h("div");
    const draw = () => {
      const rows = repRows(kpi, weeks);
      const high = Math.max(...rows.flatMap((row) => row.cells.map((cell) => (cell ? cell.value : 0))));
      place.replaceChildren(blocks.sortable("rep-weeks", title,
        [text("dimension_rep"), ...names].map((name, at) => ({title: name, isNumber: at > 0})),
        rows.map((row) => [format.label("rep", row.value), ...row.cells.map((cell) => {
          if (!cell) return null;
          const shown = blocks.heat(cell.value, 0, high, "", false);
          shown.append(figure(cell));
          return blocks.cell(shown, cell.value);
        })]), {classes: "heat"}));
    };
    draw();
    return panel(title, {
      wide: true, note: format.sentences(text("rep_weeks_note"), blocks.notFilteredBy(state)),
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

  pages.all.push(activity);
})();
