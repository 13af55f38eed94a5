"use strict";
/* Making elements, tables and files out of data. Every text that comes from the data is set as
   text, never as HTML. Here belongs nothing that knows a KPI by name. */
prospection.elements = (() => {
  const {format} = prospection;
  const SVG = "http://www.w3.org/2000/svg";

  function fill(element, attributes, children) {
    for (const [name, setting] of Object.entries(attributes || {})) {
      if (setting === null || setting === undefined || setting === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), setting);
      else if (name === "style") element.style.cssText = setting;
      else element.setAttribute(name, setting === true ? "" : setting);
    }
    element.append(...children.flat(3).filter((child) => child !== null && child !== undefined));
    return element;
  }

  const h = (tag, attributes, ...children) =>
    fill(document.createElement(tag), attributes, children);
  const svg = (tag, attributes, ...children) =>
    fill(document.createElementNS(SVG, tag), attributes, children);

  const BEHIND = ["value", "numerator", "denominator"]; // what records are listed for

  /* Where the records behind a number are listed. */
  function recordsAddress(cell) {
    const parts = {page: "records", grain: cell.grain, period: cell.period};
    if (cell.dimension !== "all") Object.assign(parts, {dimension: cell.dimension, value: cell.value_id});
    parts.kpi = cell.kpi;
    if (cell.statistic !== prospection.statistic(prospection.kpi(cell.kpi))) parts.statistic = cell.statistic;
    if (format.language() !== prospection.start.language) parts.language = format.language();
    return `#${new URLSearchParams(parts)}`;
  }

  /* A number of kpi_values, as a link to its records where they are listed. It tells which one it is, so that a test can look it up. */
  function figure(cell, field = "value", {isShort = false, unit, isPlain = false} = {}) {
    if (!cell || cell[field] === null) return h("span", {class: "nothing"}, format.NOTHING);
    const kpi = prospection.kpi(cell.kpi);
    const shown = unit || format.unit(kpi);
    const isLink = !isPlain && BEHIND.includes(field) && prospection.hasRecords(cell.grain, cell.period);
    const title = [isShort ? format.value(shown, cell[field]) : null, isLink ? format.text("records_behind") : null]
      .filter(Boolean).join(" \u00b7 ");
    return h(isLink ? "a" : "span", {
      class: "figure",
      href: isLink ? recordsAddress(cell) : null,
      title: title || null,
      "data-kpi": cell.kpi, "data-statistic": cell.statistic, "data-grain": cell.grain,
      "data-period": cell.period, "data-dimension": cell.dimension,
      "data-value": cell.value_id, "data-field": field,
    }, format.value(shown, cell[field], isShort));
  }

  /* How a value moved, coloured only where the catalogue says which way is better and
     the sample is large enough to say so. */
  function movement(cell, field, isDifference = false) {
    const kpi = prospection.kpi(cell.kpi);
    const words = format.change(format.unit(kpi), cell.value, cell[field], isDifference);
    if (words === null) return null;
    const difference = cell.value - cell[field];
    const isFlat = /^[^1-9]*$/.test(words);
    const way = isFlat ? "flat" : difference > 0 ? "up" : "down";
    const isPlain = isFlat || kpi.better === "none" || cell.is_reliable === false;
    const verdict = isPlain ? "neutral"
      : kpi.better === way ? "good" : "bad";
    const arrow = {flat: "\u2192", up: "\u25b2", down: "\u25bc"}[way];
    return h("span", {class: `movement ${verdict}`},
      h("span", {"aria-hidden": "true"}, `${arrow} `), words,
      verdict === "neutral" ? null
        : h("span", {class: "hidden-text"}, ` (${format.text(verdict)})`));
  }

  /* A line of the last values; a mark on the chosen one. Decoration: the numbers stand beside. */
  function sparkline(cells, period, {width = 132, height = 34} = {}) {
    if (cells.length < 3) return null;
    const values = cells.map((cell) => cell.value);
    const low = Math.min(...values, 0 <= Math.min(...values) ? Infinity : 0);
    const spread = Math.max(...values) - low || 1;
    const x = (at) => 3 + (at * (width - 6)) / (cells.length - 1);
    const y = (value) => height - 4 - ((value - low) / spread) * (height - 8);
    const points = cells.map((cell, at) => `${x(at).toFixed(1)},${y(cell.value).toFixed(1)}`);
    const at = cells.findIndex((cell) => cell.period === period);
    return svg("svg", {
      class: "sparkline", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true",
      preserveAspectRatio: "xMaxYMid meet",
    },
    svg("polyline", {points: points.join(" ")}),
    at < 0 ? null : svg("circle", {cx: x(at), cy: y(cells[at].value), r: 3}));
  }

  /* Text that a spreadsheet would run as a formula is marked as text. */
  function cellText(content) {
    if (content === null || content === undefined) return "";
    if (typeof content === "number") {
      return format.language() === "fr" ? String(content).replace(".", ",") : String(content);
    }
    const text = String(content);
    const safe = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
    return /[",;\n\r\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  /* CSV as spreadsheets of the reader's language expect it. */
  function csv(columns, rows) {
    const separator = format.language() === "fr" ? ";" : ",";
    const lines = [columns, ...rows].map((row) => row.map(cellText).join(separator));
    return `\ufeff${lines.join("\r\n")}\r\n`;
  }

  function download(name, columns, rows) {
    const file = new Blob([csv(columns, rows)], {type: "text/csv;charset=utf-8"});
    const link = h("a", {href: URL.createObjectURL(file), download: `${name}.csv`});
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function downloadButton(name, title, columns, rows) {
    return h("button", {
      type: "button", class: "quiet", "data-csv": name,
      "aria-label": `${format.text("download_csv")}: ${title}`,
      onclick: () => download(name, columns, rows()),
    }, format.text("download_csv"));
  }

  /* A text of the data in its own direction; a very long one is cut, and read in full on demand. */
  const clamped = (text) =>
    h("span", {class: "clamp", dir: "auto", title: text.length > 60 ? text : null}, breakable(text));

  /* Names_of_files_and_campaigns may break behind a "_". */
  const breakable = (text) => text.split(/(?<=_)/).flatMap((part, at) => (at ? [h("wbr"), part] : [part]));

  /* A table that scrolls in its own frame where it is too wide.
     columns: [{title, head, isNumber}], `head` an element in place of the title, rows: arrays of elements or texts. */
  function table(caption, columns, rows, {classes = ""} = {}) {
    return h("div", {class: "scroll", role: "region", "aria-label": caption, tabindex: "0"},
      h("table", {class: columns.length < 4 ? `few ${classes}` : classes},
        h("caption", {class: "hidden-text"}, caption),
        h("thead", {}, h("tr", {}, columns.map((column) =>
          h("th", {scope: "col", class: column.isNumber ? "number" : null}, column.head || column.title)))),
        h("tbody", {}, rows.map((row) => tableRow(columns, row)))));
  }

  /* A row of such a table; its first cell names it. */
  const tableRow = (columns, row) => h("tr", {class: row.classes || null}, row.map((content, at) => {
    const settings = {class: columns[at].isNumber ? "number" : null};
    if (content && content.dataset && content.dataset.cell) {
      settings.class = `number ${content.dataset.cell}`;
    }
    const shown = content === null ? format.NOTHING
      : content instanceof Node ? content : clamped(String(content));
    return at === 0 ? h("th", {scope: "row"}, shown) : h("td", settings, shown);
  }));

  /* A framed part of a page: title, what it says, its content, the data as CSV. What is only looked
     up is folded away whole, as a line with its title; `folded` says what is in it. */
  function panel(title, {note, csv: file, wide = false, folded, head} = {}, ...content) {
    const button = file ? downloadButton(file.name, title, file.columns, file.rows) : null;
    const said = note ? h("p", {class: "note"}, note) : null;
    if (folded) {
      return h("details", {class: "panel wide family"},
        h("summary", {}, h("h3", {}, title), h("span", {class: "soft"}, ` \u00b7 ${folded}`)),
        button ? h("p", {class: "right"}, button) : null, said, ...content);
    }
    return h("section", {class: wide ? "panel wide" : "panel"},
      h("header", {}, h("h3", {}, head || title), button), said, ...content);
  }

  const notice = (text, kind = "info") => h("p", {class: `notice ${kind}`}, text);

  return {h, svg, breakable, recordsAddress, figure, movement, sparkline, csv, downloadButton, table, tableRow, panel, notice};
})();
