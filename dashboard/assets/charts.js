"use strict";
/* Charts: bars and lines drawn by plotly, each with its data as a table and as CSV. The library is
   loaded when the first chart is wanted. Here belongs nothing that knows a KPI by name. */
prospection.charts = (() => {
  const {format, elements} = prospection;
  const {h} = elements;
  const CHANNELS = {call: 1, email: 2, linkedin: 3, mail: 4, meeting: 5, sms: 6, other: 7};
  const FEW_LABELS = 6; // so few are all written
  const PAPER_WIDTH = 640; // of a chart, between the margins of A4 or letter paper
  let drawn = [];
  let width; // none: as wide as its panel

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

  function ticks({labels, isHorizontal, isWide}) {
    if (isHorizontal || labels.length <= FEW_LABELS) return labels.map((_, at) => at);
    const most = isNarrow() ? 4 : isWide ? 9 : 7;
    const step = Math.max(1, Math.ceil(labels.length / most));
    return labels.map((_, at) => at).filter((at) => (labels.length - 1 - at) % step === 0);
  }

  /* Round steps from at most `low` to at least `high`, in whole numbers where only these occur. */
  function steps(low, high, {most = 5, isWhole = false} = {}) {
    const spread = high - low || Math.abs(high) || 1;
    const rough = spread / most;
    const scale = 10 ** Math.floor(Math.log10(rough));
    const size = [1, 2, 5, 10].map((each) => each * scale)
      .find((each) => each >= rough * 0.999 && !(isWhole && each < 1)) || 1;
    const first = Math.floor(low / size + 1e-9);
    const last = Math.max(Math.ceil(high / size - 1e-9), first + 1);
    return Array.from({length: last - first + 1}, (_, at) =>
      Number(((first + at) * size).toPrecision(12)));
  }

  /* The least and the largest number that a chart draws. */
  function extent(chart) {
    const drawn = chart.series.flatMap((series) => [
      ...series.values.map((value, at) => (value === null ? null : value + (series.base ? series.base[at] : 0))),
      ...(series.base || []), ...(series.low || []), ...(series.low ? series.high : [])]);
    if (chart.isStacked) {
      chart.labels.forEach((_, at) => {
        for (const isOfSide of [(value) => value > 0, (value) => value < 0]) {
          drawn.push(chart.series.map((series) => series.values[at] || 0).filter(isOfSide)
            .reduce((total, value) => total + value, 0));
        }
      });
    }
    const known = drawn.filter((value) => value !== null);
    const ends = chart.isZoomed ? known : [0, ...known];
    return [Math.min(...ends), Math.max(...ends)];
  }

  /* A label of the axis; where there is little room a word a line. */
  function tickText(chart, label) {
    if (!isNarrow()) return inert(label, 34);
    if (chart.isHorizontal || chart.labels.length > FEW_LABELS) return inert(label, 18);
    return label.split(" ").slice(0, 3).map((word) => inert(word, 11)).join("<br>");
  }

  /* The axis of numbers, written as everywhere else on the page. */
  function axis(chart) {
    const isWhole = chart.unit === "count" &&
      chart.series.every((series) => series.values.every((value) => Number.isInteger(value ?? 0)));
    const most = chart.isHorizontal && isNarrow() ? 3 : 5;
    const [low, high] = extent(chart);
    const at = steps(low, high, {most, isWhole});
    // a number at the end of a bar needs room
    const room = (high - low || 1) * (!chart.isLabelled ? 0.03 : chart.isHorizontal && isNarrow() ? 0.45 : 0.1);
    return {
      tickmode: "array", tickvals: at, ticktext: at.map((value) => inert(format.tick(chart.unit, value, at[1] - at[0]))),
      range: [low < 0 || chart.isZoomed ? low - room : low, high + room],
      gridcolor: ink("line"), zerolinecolor: ink("line-strong"), automargin: true,
      fixedrange: true, tickfont: {color: ink("soft")},
    };
  }

  /* The axis of positions that are numbers. */
  const along = (title) => ({
    showgrid: false, zerolinecolor: ink("line-strong"), automargin: true, rangemode: "tozero",
    fixedrange: true, tickfont: {color: ink("soft")}, tickformat: ",~r", title: {text: inert(title)},
  });

  /* A colour that lets what lies below it through. */
  const faint = (hex) => `${hex}38`;

  /* The space between the ends of the intervals of a line: a piece for each run of values. */
  function band(series, positions, ink1, shape) {
    const runs = [];
    series.low.forEach((low, at) => {
      if (low === null) return;
      if (at > 0 && series.low[at - 1] !== null) runs.at(-1).push(at);
      else runs.push([at]);
    });
    const of = (run, list) => run.map((at) => list[at]);
    return runs.flatMap((run) => {
      const edge = {mode: "lines", type: "scatter", x: of(run, positions), hoverinfo: "skip", showlegend: false,
        line: {width: 0, shape}};
      return [{...edge, y: of(run, series.low)},
        {...edge, y: of(run, series.high), fill: "tonexty", fillcolor: faint(ink1)}];
    });
  }

  /* Bars from the low to the high end of what has no value between. */
  function range(chart, series, positions) {
    const told = (end, at) => inert(format.value(chart.unit, series[end][at]));
    return {
      type: "bar", x: positions, base: series.low, name: inert(series.name, isNarrow() ? 42 : 60),
      y: series.low.map((low, at) => (low === null ? null : series.high[at] - low)),
      hovertext: series.low.map((_, at) =>
        `${inert(chart.labels[at])}<br>${inert(series.name)}: ${told("low", at)} \u2013 ${told("high", at)}`),
      hoverinfo: "text",
      marker: {color: faint(colour(series.colour)), line: {color: colour(series.colour), width: 1},
        pattern: {shape: "/", fgcolor: colour(series.colour), size: 6, solidity: 0.15}},
    };
  }

  /* series: [{name, values, colour, type, low, high, base, colours, isDashed, areSmall, texts, isRange}], values
     as long as labels; isRange: there is nothing but low and high; texts: what is written instead of the numbers;
     positions: where each label lies,
     where that is a number; isBand: the interval as a band along the line. Points of a small sample are hollow. */
  function traces(chart) {
    const positions = chart.positions || chart.labels.map((_, at) => at);
    const made = [];
    chart.series.forEach((series, number) => {
      if (series.isRange) {
        made.push(range(chart, series, positions));
        return;
      }
      const ink1 = colour(series.colour || number + 1);
      const shown = (at, isShort) => inert(series.texts ? series.texts[at]
        : format.value(series.unit || chart.unit, series.values[at], isShort));
      const hover = series.values.map((_, at) =>
        `${inert(chart.labels[at])}<br>${inert(series.name)}: ${shown(at)}` +
        (series.areSmall && series.areSmall[at] ? `<br>${inert(format.text("small_sample"))}` : ""));
      if (series.x) { // points in the order of time, wherever they lie
        made.push({
          x: series.x, y: series.values, type: "scatter", mode: "lines+markers", name: inert(series.name), cliponaxis: false,
          hovertext: hover, hoverinfo: "text", line: {color: faint(ink1), width: 1.5},
          marker: {color: ink1, size: series.values.map((_, at) => (at === series.values.length - 1 ? 12 : 7)),
            symbol: series.areSmall.map((isSmall) => (isSmall ? "circle-open" : "circle"))},
        });
        return;
      }
      const place = chart.isHorizontal
        ? {x: series.values, y: positions, orientation: "h"} : {x: positions, y: series.values};
      if (series.low && (chart.positions || series.isBand)) {
        made.push(...band(series, positions, ink1, chart.positions ? "hv" : "linear"));
      } else if (series.low) {
        place[chart.isHorizontal ? "error_x" : "error_y"] = {
          type: "data", symmetric: false, color: ink("soft"), thickness: 1, width: 3,
          array: series.values.map((value, at) => series.high[at] - value),
          arrayminus: series.values.map((value, at) => value - series.low[at]),
        };
      }
      const type = series.type || chart.type;
      const isLabelled = type === "bar" && chart.isLabelled;
      made.push({
        ...place,
        type: type === "bar" ? "bar" : "scatter",
        mode: type === "dots" ? "markers" : chart.positions ? "lines" : "lines+markers",
        name: inert(series.name, isNarrow() ? 42 : 60),
        hovertext: hover, hoverinfo: "text",
        ...isLabelled ? {
          text: series.values.map((value, at) => (value === null ? "" : shown(at, !chart.isHorizontal))),
          textposition: "outside", constraintext: "none", textangle: 0, cliponaxis: false,
          textfont: {color: ink("text"), size: isNarrow() && !chart.isHorizontal ? 9.5 : 12},
        } : {},
        connectgaps: false,
        ...type === "bar" ? {} : {cliponaxis: false},
        base: series.base,
        marker: {
          color: series.colours ? series.colours.map(colour) : ink1, size: type === "dots" ? 10 : 6,
          symbol: (series.areSmall || []).map((isSmall) => (isSmall ? "circle-open" : "circle")),
        },
        line: {color: ink1, width: 2, shape: chart.positions ? "hv" : "linear", dash: series.isDashed ? "dot" : "solid"},
      });
    });
    return made;
  }

  function layout(chart) {
    const at = ticks(chart);
    const names = {
      tickmode: "array", tickvals: at, ticktext: at.map((each) => tickText(chart, chart.labels[each])),
      ticks: "outside", ticklen: 6, tickcolor: "rgba(0,0,0,0)", automargin: true, fixedrange: true,
      showgrid: false, zeroline: false,
      tickfont: {color: ink("soft")}, range: [-0.6, chart.labels.length - 0.4],
    };
    const numbers = axis(chart);
    return {
      xaxis: chart.isHorizontal ? numbers
        : chart.positions ? along(chart.labelTitle)
          : chart.xUnit ? {...axis({unit: chart.xUnit, series: chart.series.map((each) => ({values: each.x}))}),
            title: {text: inert(chart.xTitle)}, ticks: "outside", ticklen: 6, tickcolor: "rgba(0,0,0,0)"}
            : {...names, tickangle: 0},
      yaxis: chart.isHorizontal ? {...names, range: [chart.labels.length - 0.4, -0.6]} : numbers,
      barmode: chart.isStacked ? "stack" : "group",
      bargap: 0.3,
      width, autosize: !width,
      height: chart.isHorizontal ? 70 + 34 * chart.labels.length : 270,
      margin: {l: 8, r: 26, t: 8, b: 8}, // half of the last label lies on the right
      showlegend: chart.isNamed,
      legend: {orientation: "h", traceorder: "normal", x: 0, y: 0, yref: "container", yanchor: "bottom",
        font: {color: ink("text")}},
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

  const MOST_EMPTY = 3; // so few periods with nothing but zeros at the end are news, more are a lack of data

  /* A chart over time begins and ends where data are: of what is counted, zeros before the first and
     after the last that is more are none; of a rate 0 is one. */
  function trimmed(settings) {
    const isSum = (each) => ["count", "amount"].includes(each.unit || settings.unit);
    const places = settings.labels.map((_, at) => at).filter((at) => settings.series.some((each) =>
      (isSum(each) ? each.values[at] : (each.values[at] ?? null) !== null)));
    if (!places.length) return settings;
    const first = places[0];
    const zeros = settings.labels.map((_, at) => at).filter((at) => at > places.at(-1) &&
      settings.series.some((each) => each.values[at] === 0));
    const last = zeros.length > MOST_EMPTY ? places.at(-1) : zeros.at(-1) ?? places.at(-1);
    const cut = (list) => (Array.isArray(list) ? list.slice(first, last + 1) : list);
    return {
      ...settings, labels: cut(settings.labels),
      series: settings.series.map((each) => ({...each, values: cut(each.values), cells: cut(each.cells),
        low: cut(each.low), high: cut(each.high), areSmall: cut(each.areSmall)})),
      note: format.sentences(settings.note, zeros.length > MOST_EMPTY ? format.text("nothing_after", {period: settings.labels[last]}) : null),
    };
  }

  /* Hours of two days and more are drawn in days. */
  function inReadersUnit(made) {
    if (made.unit !== "hours" || extent(made)[1] < 48) return made;
    const days = (list) => list && list.map((value) => (value === null ? null : value / 24));
    return {...made, unit: "days", series: made.series.map((each) => ({...each, unit: "days", values: days(each.values),
      low: days(each.low), high: days(each.high)}))};
  }

  /* A panel with a chart. Series without any value are left out; without any series, null. */
  function chart(title, wanted) {
    const settings = wanted.isTime ? trimmed(wanted) : wanted;
    const series = settings.series.filter((each) => [...each.values, ...each.isRange ? each.low : []]
      .some((value) => value !== null));
    if (!series.length || !settings.labels.length) return null;
    const isFlat = series.every((each) => !each.low && each.values.every((value) => !value));
    const place = isFlat ? h("p", {class: "soft"}, format.text("always_none")) : h("div", {
      class: "plot", role: "img",
      "aria-label": `${title}. ${format.text("chart_has_table")}`,
    });
    const made = inReadersUnit({...settings, series, place, isNamed: settings.isNamed || series.length > 1});
    if (!isFlat) drawn.push(made);
    const parts = series.flatMap((each) => [...each.isRange ? [] : [each], ...each.low ? ["low", "high"].map((end) => ({
      unit: each.unit, name: format.named(each.name, format.text(`interval_${end}`)), values: each[end],
    })) : []]);
    const data = settings.table || {
      columns: [settings.labelTitle || format.text("period"), ...parts.map((each) => each.name)],
      rows: () => settings.labels.map((label, at) => [label, ...parts.map((each) => each.values[at])]),
      shown: settings.labels.map((label, at) => [label, ...parts.map((each) =>
        each.cells && each.cells[at] ? elements.figure(each.cells[at])
          : format.value(each.unit || settings.unit, each.values[at]))]),
      isNumber: [false, ...parts.map(() => true)],
    };
    const hasSmall = series.some((each) => each.areSmall &&
      each.areSmall.some((isSmall, at) => isSmall && each.values[at] !== null));
    const isCut = !isFlat && settings.isZoomed && Math.min(...axis(made).tickvals) > 0;
    const note = format.sentences(settings.note, isCut ? format.text("axis_cut") : null,
      hasSmall ? format.text("hollow") : null);
    const table = elements.table(title, data.columns.map((name, at) => ({title: name, isNumber: data.isNumber[at]})), data.shown);
    return elements.panel(title, {
      note, wide: settings.isWide, head: settings.head,
      csv: {name: settings.name, columns: data.columns, rows: data.rows},
    }, // a report is one file, without the library
    ...prospection.start.report ? [table] : [place, settings.links || null, h("details", {class: "data"},
      h("summary", {}, format.text("data_table")), table)]);
  }

  /* Draw the charts that are on the page, once the library is there. */
  async function drawAll() {
    drawn = drawn.filter((each) => each.place.isConnected);
    if (!drawn.length) return;
    await prospection.loadScript(prospection.start.plotly);
    drawn.forEach(draw);
  }

  /* Paper is light and narrow: charts have colours and width in them and must be drawn anew for it. */
  let themeOnScreen;
  window.addEventListener("beforeprint", () => {
    themeOnScreen = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
    width = PAPER_WIDTH;
    if (window.Plotly) drawn.forEach(draw);
  });
  window.addEventListener("afterprint", () => {
    if (themeOnScreen) document.documentElement.dataset.theme = themeOnScreen;
    else delete document.documentElement.dataset.theme;
    width = undefined;
    if (window.Plotly) drawn.forEach(draw);
  });

  return {chart, drawAll, trimmed, steps, extent, channelColour: (name) => CHANNELS[name] || 8};
})();
