"use strict";
/* Charts: bars and lines drawn by plotly, each with its data as a table and as CSV. The library is
   loaded when the first chart is wanted. Here belongs nothing that knows a KPI by name. */
prospection.charts = (() => {
  const {format, elements} = prospection;
  const {h} = elements;
  const CHANNELS = {call: 1, email: 2, linkedin: 3, mail: 4, meeting: 5, sms: 6, other: 7};
  const FEW_LABELS = 6; // so few are all written
  let drawn = [];

  const colour = (number) =>
    getComputedStyle(document.documentElement).getPropertyValue(`--series-${number}`).trim();
  const ink = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  /* Plotly reads some HTML in its texts: what comes from the data must not be read so. */
  function inert(text, most = 60) {
    const words = String(text);
    const short = words.length > most ? `${words.slice(0, most - 1)}\u2026` : words;
    return short.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  }

  const isNarrow = () => window.innerWidth < 640;

  function ticks(labels, horizontal) {
    if (horizontal || labels.length <= FEW_LABELS) return labels.map((_, at) => at);
    const most = isNarrow() ? 4 : 9;
    const step = Math.max(1, Math.ceil(labels.length / most));
    return labels.map((_, at) => at).filter((at) => (labels.length - 1 - at) % step === 0);
  }

  /* The currency's sign where the reader's language puts it. */
  function currency() {
    const parts = new Intl.NumberFormat(format.language(), {
      style: "currency", currency: prospection.start.currency, currencyDisplay: "narrowSymbol",
    }).formatToParts(1);
    const sign = parts.find((part) => part.type === "currency").value;
    return parts[0].type === "currency" ? {tickprefix: sign} : {ticksuffix: `\u00a0${sign}`};
  }

  /* A label of the axis; where there is little room a word a line. */
  function tickText(chart, label) {
    if (!isNarrow()) return inert(label, 34);
    if (chart.isHorizontal || chart.labels.length > FEW_LABELS) return inert(label, 18);
    return label.split(" ").slice(0, 3).map((word) => inert(word, 11)).join("<br>");
  }

  function axis(unit, isFromZero = true) {
    const common = {
      gridcolor: ink("line"), zerolinecolor: ink("line-strong"), automargin: true,
      rangemode: isFromZero ? "tozero" : "normal", fixedrange: true, tickfont: {color: ink("soft")},
    };
    if (unit === "rate") return {...common, tickformat: ",.0%"};
    if (unit === "amount") {
      return {...common, tickformat: "~s", ...currency()};
    }
    return {...common, tickformat: ",~r"};
  }

  /* series: [{name, values, colour, type, low, high, base, colours}], values as long as labels;
     positions: where each label lies, where that is a number. */
  function traces(chart) {
    const positions = chart.positions || chart.labels.map((_, at) => at);
    const made = [];
    chart.series.forEach((series, number) => {
      const ink1 = colour(series.colour || number + 1);
      const hover = series.values.map((value, at) =>
        `${inert(chart.labels[at])}<br>${inert(series.name)}: ` +
        inert(format.value(series.unit || chart.unit, value)));
      const along = chart.isHorizontal
        ? {x: series.values, y: positions, orientation: "h"} : {x: positions, y: series.values};
      if (series.low) {
        const ends = series.values.map((value, at) => series.high[at] - value);
        const starts = series.values.map((value, at) => value - series.low[at]);
        along[chart.isHorizontal ? "error_x" : "error_y"] = {
          type: "data", symmetric: false, array: ends, arrayminus: starts,
          color: ink("soft"), thickness: 1, width: 3,
        };
      }
      const type = series.type || chart.type;
      made.push({
        ...along,
        type: type === "bar" ? "bar" : "scatter",
        mode: type === "dots" ? "markers" : chart.positions ? "lines" : "lines+markers",
        name: inert(series.name),
        hovertext: hover, hoverinfo: "text",
        connectgaps: false,
        base: series.base,
        marker: {color: series.colours ? series.colours.map(colour) : ink1, size: type === "dots" ? 10 : 5},
        line: {color: ink1, width: 2, shape: chart.positions ? "hv" : "linear"},
      });
    });
    return made;
  }

  function layout(chart) {
    const at = ticks(chart.labels, chart.isHorizontal);
    const names = {
      tickmode: "array", tickvals: at, ticktext: at.map((each) => tickText(chart, chart.labels[each])),
      ticks: "outside", ticklen: 6, tickcolor: "rgba(0,0,0,0)", automargin: true, fixedrange: true, showgrid: false, zeroline: false,
      tickfont: {color: ink("soft")}, range: [-0.6, chart.labels.length - 0.4],
    };
    const numbers = axis(chart.unit, !chart.isZoomed);
    return {
      xaxis: chart.isHorizontal ? numbers
        : chart.positions ? {...axis("count"), showgrid: false, title: {text: inert(chart.labelTitle)}}
          : {...names, tickangle: 0},
      yaxis: chart.isHorizontal ? {...names, range: [chart.labels.length - 0.4, -0.6]} : numbers,
      barmode: chart.isStacked ? "stack" : "group",
      bargap: 0.3,
      height: chart.isHorizontal ? 70 + 34 * chart.labels.length : 270,
      margin: {l: 8, r: 12, t: 8, b: 8},
      showlegend: chart.isNamed,
      legend: {orientation: "h", traceorder: "normal", x: 0, y: 0, yref: "container", yanchor: "bottom", font: {color: ink("text")}},
      font: {family: "inherit", size: 12, color: ink("text")},
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      separators: format.language() === "fr" ? ",\u202f" : ".,",
      hoverlabel: {bgcolor: ink("raised"), bordercolor: ink("line-strong"), font: {color: ink("text")}},
      hovermode: "closest", dragmode: false,
    };
  }

  function draw(chart) {
    if (!chart.place.isConnected) return;
    window.Plotly.react(chart.place, traces(chart), layout(chart), {
      displayModeBar: false, responsive: true, showTips: false,
    });
  }

  /* A panel with a chart. Series without any value are left out; without any series, null. */
  function chart(title, settings) {
    const series = settings.series.filter((each) => each.values.some((value) => value !== null));
    if (!series.length || !settings.labels.length) return null;
    const place = h("div", {
      class: "plot", role: "img",
      "aria-label": `${title}. ${format.text("chart_has_table")}`,
    });
    const made = {...settings, series, place, isNamed: settings.series.length > 1};
    drawn.push(made);
    const columns = [settings.labelTitle || format.text("period"), ...series.map((each) => each.name)];
    const rows = () => settings.labels.map((label, at) =>
      [label, ...series.map((each) => each.values[at])]);
    const shown = settings.labels.map((label, at) => [label, ...series.map((each) =>
      each.cells && each.cells[at] ? elements.figure(each.cells[at])
        : format.value(each.unit || settings.unit, each.values[at]))]);
    return elements.panel(title, {
      note: settings.note, wide: settings.isWide,
      csv: {name: settings.name, columns, rows},
    }, place, h("details", {class: "data"},
      h("summary", {}, format.text("data_table")),
      elements.table(title, columns.map((name, at) => ({title: name, isNumber: at > 0})), shown)));
  }

  /* Draw the charts that are on the page, once the library is there. */
  async function drawAll() {
    drawn = drawn.filter((each) => each.place.isConnected);
    if (!drawn.length) return;
    await prospection.loadScript(prospection.start.plotly);
    drawn.forEach(draw);
  }

  /* Paper is light: charts have their colours in them and must be drawn anew for it. */
  let themeOnScreen;
  window.addEventListener("beforeprint", () => {
    themeOnScreen = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
    if (window.Plotly) drawn.forEach(draw);
  });
  window.addEventListener("afterprint", () => {
    if (themeOnScreen) document.documentElement.dataset.theme = themeOnScreen;
    else delete document.documentElement.dataset.theme;
    if (window.Plotly) drawn.forEach(draw);
  });

  return {chart, drawAll, channelColour: (name) => CHANNELS[name] || 8};
})();
