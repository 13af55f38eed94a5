"use strict";
/* The frame: which page, filter, language and theme are chosen, kept in the address so that a view
   can be shared; drawing the page that they ask for. */
(() => {
  const store = prospection;
  const {format, elements, charts, pages} = prospection;
  const {h} = elements;
  const {text} = format;
  const {start} = store;
  const THEME_KEY = "prospection-theme";
  const MOST_DAYS = 7; // older data are told to be
  const place = (id) => document.getElementById(id);
  let state = {};
  let turn = 0;

  // What is chosen ------------------------------------------------------------------------------

  /* The chosen view, mended where the address asks for what there is not. */
  function read(address) {
    const asked = Object.fromEntries(new URLSearchParams(address.replace(/^#/, "")));
    const one = (value, allowed, otherwise) => (allowed.includes(value) ? value : otherwise);
    const page = one(asked.page, pages.all.map((each) => each.id), "overview");
    const dimension = one(asked.dimension, start.dimensions.map((each) => each.name), "all");
    const grains = dimension === "all" ? start.grains : store.dimension(dimension).grains;
    const grain = one(asked.grain, grains, one(start.first_grain, grains, grains.at(-1)));
    const values = store.values(dimension).map(([value]) => value);
    const value = dimension === "all" ? "all" : one(asked.value, values, values[0]);
    const period = one(asked.period, store.choices(grain), lastComplete(grain));
    return {
      page, grain, dimension, value, period,
      beside: besideOf(asked, {grain, dimension, value}),
      besidePeriod: one(asked.with_period, store.periods(grain).filter((each) => each !== period), null),
      ...ofKpi(page, asked),
      language: one(asked.language, ["fr", "en"], start.language),
    };
  }

  /* The other segment of a comparison, where it is published by the same length of period. */
  function besideOf(asked, chosen) {
    if (!asked.with) return null;
    if (asked.with === "all") return chosen.dimension === "all" ? null : {dimension: "all", value: "all"};
    const dimension = store.dimension(asked.with_dimension || chosen.dimension);
    if (!dimension || !dimension.grains.includes(chosen.grain)) return null;
    const isKnown = dimension.values.some(([value]) => value === asked.with);
    const isSame = dimension.name === chosen.dimension && asked.with === chosen.value;
    return isKnown && !isSame ? {dimension: dimension.name, value: asked.with} : null;
  }

  const OF_A_KPI = ["trends", "records"];

  /* Of which KPI a page is, and of which of its statistics. */
  function ofKpi(page, asked) {
    const kpi = OF_A_KPI.includes(page) ? store.kpi(asked.kpi) : null;
    if (!kpi) return {kpi: null, statistic: null};
    const known = kpi.statistics.split("|").includes(asked.statistic);
    return {kpi: kpi.kpi_id, statistic: known ? asked.statistic : store.statistic(kpi)};
  }

  function lastComplete(grain) {
    const periods = store.periods(grain);
    return periods.filter((period) => format.end(grain, period) <= start.as_of).at(-1) || periods.at(-1);
  }

  function addressOf(wanted) {
    const parts = {page: wanted.page, grain: wanted.grain, period: wanted.period};
    if (wanted.dimension !== "all") Object.assign(parts, {dimension: wanted.dimension, value: wanted.value});
    if (wanted.beside) parts.with = wanted.beside.value;
    if (wanted.beside && !["all", wanted.dimension].includes(wanted.beside.dimension)) {
      parts.with_dimension = wanted.beside.dimension;
    }
    if (wanted.besidePeriod) parts.with_period = wanted.besidePeriod;
    if (OF_A_KPI.includes(wanted.page) && wanted.kpi) parts.kpi = wanted.kpi;
    if (wanted.page === "records" && wanted.kpi && wanted.statistic !== store.statistic(store.kpi(wanted.kpi))) {
      parts.statistic = wanted.statistic;
    }
    if (wanted.language !== start.language) parts.language = wanted.language;
    return `#${new URLSearchParams(parts)}`;
  }

  function go(changes) {
    const wanted = {...state, ...changes};
    if ("grain" in changes && !("period" in changes)) {
      const until = format.end(state.grain, state.period);
      const periods = store.choices(wanted.grain);
      wanted.period = periods.filter((period) => format.end(wanted.grain, period) <= until).at(-1);
      if (wanted.besidePeriod) wanted.besidePeriod = periods[periods.indexOf(wanted.period) - 1] || null;
    }
    if ("dimension" in changes && !("beside" in changes)) wanted.beside = null;
    location.hash = addressOf(wanted);
  }

  // The frame -----------------------------------------------------------------------------------

  function remembered() {
    try {
      return localStorage.getItem(THEME_KEY);
    } catch {
      return null; // a page that may not store anything follows the system
    }
  }

  function useTheme(theme) {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  }

  function isDark() {
    const {theme} = document.documentElement.dataset;
    return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function switchTheme() {
    const theme = isDark() ? "light" : "dark";
    useTheme(theme);
    try {
      localStorage.setItem(THEME_KEY, theme);
    } catch {
      // then it holds for this visit only
    }
    drawHead();
    charts.drawAll();
  }

  /* Replace an element's children without losing the keyboard's place in them. */
  function replace(element, ...children) {
    const focused = document.activeElement && document.activeElement.id;
    element.replaceChildren(...children);
    if (focused && place(focused)) place(focused).focus();
  }

  function drawHead() {
    const other = state.language === "fr" ? "en" : "fr";
    replace(place("head"),
      h("div", {class: "brand"},
        h("h1", {}, "Prospection"),
        h("p", {}, text("as_of", {date: format.date(start.as_of)}), old(), newest())),
      start.report ? "" : h("div", {class: "switches"},
        h("button", {type: "button", class: "quiet", id: "language", lang: other,
          onclick: () => go({language: other})}, other === "fr" ? "Français" : "English"),
        h("button", {type: "button", class: "quiet", id: "theme", onclick: switchTheme},
          text(isDark() ? "theme_light" : "theme_dark"))));
  }

  /* That the data are of days ago, as the reader's own clock tells it; a report is of its day. */
  function old() {
    const days = format.daysAgo(start.as_of);
    return start.report || days <= MOST_DAYS ? null
      : [" ", h("strong", {class: "mark small", id: "age"}, text("days_ago", {n: format.count(days)}))];
  }

  /* How old the newest event of the slowest source is. */
  function newest() {
    const days = start.freshness.map((row) => row.newest_event_on).filter(Boolean).sort();
    if (!days.length) return null;
    const [from, to] = [format.date(days[0]), format.date(days.at(-1))];
    return ` \u00b7 ${from === to ? text("newest_event", {to}) : text("newest_events", {from, to})}`;
  }

  function drawPages() {
    place("pages").setAttribute("aria-label", text("pages"));
    place("pages").replaceChildren(...pages.all.filter((page) => !page.isHidden).map((page) => h("a", {
      href: addressOf({...state, page: page.id, kpi: null}),
      "aria-current": page.id === state.page ? "page" : null,
    }, text(`page_${page.id}`))));
    const current = place("pages").querySelector("[aria-current]");
    if (current && place("pages").scrollWidth > place("pages").clientWidth) {
      place("pages").scrollLeft = current.offsetLeft - 16;
    }
  }

  function choice(id, options, chosen, onchange) {
    return h("label", {for: `filter-${id}`}, h("span", {}, text(`filter_${id}`)),
      h("select", {id: `filter-${id}`, onchange: (event) => onchange(event.target.value)},
        options.map(([value, words]) => h("option", {value, selected: value === chosen, dir: "auto"},
          words.length > 60 ? `${words.slice(0, 59)}\u2026` : words))));
  }

  function drawFilters(page) {
    const grains = state.dimension === "all" ? start.grains : store.dimension(state.dimension).grains;
    const periods = [...store.choices(state.grain)].reverse();
    place("filters").setAttribute("aria-label", text("filters"));
    place("filters").hidden = state.page === "quality";
    replace(place("filters"),
      choice("grain", grains.map((grain) => [grain, text(`grain_${grain}`)]), state.grain,
        (grain) => go({grain})),
      choice("period", periods.map((period) => [period, format.period(state.grain, period) +
        (period > start.as_of ? ` (${text("mark_ahead")})`
          : format.end(state.grain, period) > start.as_of ? ` (${text("mark_partial")})` : "")]), state.period,
      (period) => go({period})),
      choice("dimension", [["all", text("dimension_all")],
        ...start.dimensions.map((each) => [each.name, text(`dimension_${each.name}`)])], state.dimension,
      (dimension) => go({dimension, value: dimension === "all" ? "all" : store.values(dimension)[0][0]})),
      state.dimension === "all" ? "" : choice("value", store.values(state.dimension)
        .map(([value]) => [value, format.label(state.dimension, value)]), state.value, (value) => go({value})),
      ...prospection.comparing.controls(state, {go, choice, lastComplete, redraw: () => drawFilters(page)}));
    const {dimension} = state;
    const found = store.dimension(dimension);
    if (found && found.count > found.values.length) {
      place("filters").append(h("p", {class: "note"},
        text("values_shown", {shown: found.values.length, all: format.count(found.count)})));
    }
  }

  // The page ------------------------------------------------------------------------------------

  async function show() {
    const own = ++turn;
    const before = state;
    state = read(location.hash);
    const page = pages.all.find((each) => each.id === state.page);
    try {
      await store.load([`texts/${state.language}`]);
      format.speak(state.language);
      document.documentElement.lang = state.language;
      await store.load(keysOf(page));
    } catch (error) {
      place("content").replaceChildren(elements.notice(text("cannot_load", {reason: error.message}), "warning"));
      return;
    }
    if (own !== turn) return; // another view has been asked for meanwhile
    drawFrame(page);
    place("content").replaceChildren(...contentOf(page));
    if (before.page && (before.page !== state.page || before.kpi !== state.kpi)) {
      window.scrollTo(0, 0);
      place("status").textContent = titleOf(page);
    }
    document.body.dataset.ready = addressOf(state);
    if (!start.report) await charts.drawAll();
    document.body.dataset.drawn = addressOf(state);
  }

  /* What a page needs, and a comparison beside it. */
  function keysOf(page) {
    const sides = prospection.blocks.isComparing(state) ? [state, prospection.blocks.otherSide(state)] : [state];
    return [...new Set(sides.flatMap((side) => [...page.keys(side),
      ...sides.length > 1 ? [pages.chosen(side)] : []]))];
  }

  const NOT_COMPARED = ["quality", "records"]; // neither is of KPIs

  /* A page, with the comparison that is asked for below its first words. */
  function contentOf(page) {
    const content = page.render(state).flat(3).filter(Boolean);
    if (start.report || NOT_COMPARED.includes(page.id)) return content;
    const isLeftOut = page.isFiltered === false && !["all", ...page.reaches || []].includes(state.dimension);
    const words = isLeftOut ? elements.notice(text("page_not_filtered", {filter: prospection.blocks.nameOf(state)})) : null;
    const at = Math.max(1, content.findIndex((each) => each.classList?.contains("conclusions")) + 1);
    return [...content.slice(0, at), words, prospection.blocks.comparison(page.id, state), ...content.slice(at)].filter(Boolean);
  }

  const titleOf = (page) => (page.title ? page.title(state) : text(`page_${page.id}`));

  function drawFrame(page) {
    document.title = `${titleOf(page)} \u2013 Prospection`;
    document.querySelector(".skip").textContent = text("skip");
    drawHead();
    if (start.report) {
      place("pages").hidden = true;
      place("filters").hidden = true;
    } else {
      drawPages();
      drawFilters(page);
    }
    place("foot").replaceChildren(h("p", {}, text("made_from", {
      version: start.version, date: format.date(start.published_at)})));
  }

  useTheme(remembered());
  prospection.scrolling.watch(place("content"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    drawHead();
    charts.drawAll();
  });
  window.addEventListener("hashchange", show);
  if (start.report && !location.hash) {
    history.replaceState(null, "", `#${new URLSearchParams(start.report)}`);
  }
  show();
})();
