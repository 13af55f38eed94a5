"use strict";
/* The table of many rows: sorted by any column, searched, the first rows shown until all are asked
   for. What a reader chose of it stays while another period or language is looked at. */
(() => {
  const {format, elements, blocks} = prospection;
  const {h} = elements;
  const {text} = format;
  const {MOST_SHOWN} = blocks;
  const SEARCHED = 8; // fewer rows are sooner read than searched
  const chosen = new Map();

  /* A cell that is sorted by something else than what it shows: `by` is a number, a text or null. */
  const cell = (shown, by) => ({shown, by});

  const isPair = (content) => content !== null && typeof content === "object" && !(content instanceof Node);
  const shownOf = (content) => (isPair(content) ? content.shown : content);

  function keyOf(content) {
    const key = isPair(content) ? content.by : content instanceof Node ? content.textContent : content;
    return key === undefined || key === "" || key === format.NOTHING ? null : key;
  }

  const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const wordsOf = (row) => plain(row.map((content) => {
    const shown = shownOf(content);
    return shown instanceof Node ? shown.textContent : String(shown ?? "");
  }).join(" "));

  /* Numbers before texts, what is missing last whichever way is sorted. */
  function compare(one, other, isDown, collator) {
    if (one === null || other === null) return (one === null) - (other === null);
    const order = typeof one === "number" && typeof other === "number" ? one - other
      : collator.compare(String(one), String(other));
    return isDown ? -order : order;
  }

  /* A table as `elements.table` makes it, whose cells may be a `cell(shown, by)`.
     name: which table it is, for what was chosen of it.
     sorted: {at, isDown}, how it is sorted at first; without it the rows stand as they come.
     first, last: rows that stay above and below, such as a median or a total; not while searching.
     most: how many rows are shown at first. */
  function sortable(name, caption, columns, rows, settings = {}) {
    const {sorted = null, first = [], last = [], most = MOST_SHOWN, classes = ""} = settings;
    if (!chosen.has(name)) chosen.set(name, {sorted: null, isWhole: false, asked: ""});
    const choice = chosen.get(name);
    const words = rows.map(wordsOf);
    const status = h("span", {class: "soft", role: "status"});
    // what has a head of its own, such as a link, is sorted by the arrow beside it
    const buttons = columns.map((column, at) => h("button", {type: "button", class: "sort",
      "aria-label": column.head ? column.title : null, onclick: () => sortBy(at)},
    column.head ? null : column.title, h("span", {class: "arrow", "aria-hidden": "true"})));
    const frame = elements.table(caption, columns.map((column, at) => ({...column, title: buttons[at],
      head: column.head ? h("span", {}, column.head, " ", buttons[at]) : null})), [], {classes});
    const [body, heads] = [frame.querySelector("tbody"), [...frame.querySelectorAll("thead th")]];
    const whole = h("button", {type: "button", class: "quiet", onclick: () => {
      choice.isWhole = !choice.isWhole;
      draw();
    }});
    const line = (row) => elements.tableRow(columns, Object.assign(row.map(shownOf), {classes: row.classes}));

    const order = () => (choice.sorted && choice.sorted.at < columns.length ? choice.sorted : sorted);

    function sortBy(at) {
      const now = order();
      const isDown = now && now.at === at ? !now.isDown : Boolean(columns[at].isNumber);
      choice.sorted = {at, isDown};
      draw();
    }

    function draw() {
      const by = order();
      const asked = plain(choice.asked).split(/\s+/).filter(Boolean);
      const collator = new Intl.Collator(format.language(), {numeric: true, sensitivity: "base"});
      const found = rows.filter((_, at) => asked.every((word) => words[at].includes(word)));
      if (by) found.sort((one, other) => compare(keyOf(one[by.at]), keyOf(other[by.at]), by.isDown, collator));
      const shown = choice.isWhole || asked.length ? found : found.slice(0, most);
      heads.forEach((head, at) => {
        const isOwn = by && by.at === at;
        if (isOwn) head.setAttribute("aria-sort", by.isDown ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
        buttons[at].lastChild.textContent = isOwn ? (by.isDown ? " \u25bc" : " \u25b2")
          : columns[at].head ? " \u2195" : "";
      });
      const nothing = h("tr", {}, h("td", {class: "soft", colspan: columns.length}, text("no_row_found")));
      body.replaceChildren(...asked.length ? [] : first.map(line), ...shown.map(line),
        ...found.length ? [] : [nothing], ...asked.length ? [] : last.map(line));
      status.textContent = shown.length < rows.length
        ? text("rows_of_all", {shown: format.count(shown.length), all: format.count(rows.length)}) : "";
      whole.textContent = choice.isWhole ? text("show_first_rows", {n: most})
        : text("show_all_rows", {n: format.count(rows.length)});
      whole.hidden = asked.length > 0 || rows.length <= most;
    }

    const search = rows.length < SEARCHED ? null
      : h("label", {class: "search"}, h("span", {class: "hidden-text"}, text("search_in", {table: caption})),
        h("input", {type: "search", value: choice.asked, placeholder: text("search_rows"), autocomplete: "off",
          oninput: (event) => {
            choice.asked = event.target.value;
            draw();
          }}));
    if (!search) choice.asked = "";
    draw();
    return h("div", {class: "sortable"}, search ? h("div", {class: "tools"}, search, status) : null, frame,
      rows.length > most ? whole : null);
  }

  Object.assign(blocks, {cell, sortable});
})();
