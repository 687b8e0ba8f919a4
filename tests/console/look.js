// What tests/console/checks.py asks a page. One expression: an object of functions.
({
  // What makes the page wider than its window; [] when nothing does.
  wider() {
    const room = document.documentElement.clientWidth;
    const far = (element) => {
      const box = element.getBoundingClientRect();
      return box.right > room + 1 || box.left < -1;
    };
    const scrolls = (element) => getComputedStyle(element).overflowX !== "visible";
    const inside = (element) =>
      element.parentElement && (scrolls(element.parentElement) || inside(element.parentElement));
    const wide = document.scrollingElement.scrollWidth;
    if (wide <= room) return [];
    const blamed = [...document.body.querySelectorAll("*")].filter(
      (each) => far(each) && !inside(each) && ![...each.children].some(far),
    );
    return [`${wide} px`, ...blamed.slice(0, 3).map((each) => each.outerHTML.slice(0, 160))];
  },

  // Marks of the elements with text so many that each character in each style stands in one: a font is chosen by both.
  // What has drawn parts of its own (fields, pseudo-elements) is asked about by the caller, whole.
  mark() {
    const known = new Map();
    for (const each of document.querySelectorAll("*")) {
      const own = [...each.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      const text = own.map((node) => node.data).join("").trim();
      if (!text) continue;
      const style = getComputedStyle(each);
      const names = ["fontFamily", "fontWeight", "fontStyle", "fontStretch", "fontVariant", "fontSize", "textTransform"];
      const key = [...names.map((name) => style[name]), each.closest("[lang]")?.lang].join("|");
      if (!known.has(key)) known.set(key, new Set());
      const fresh = [...text].filter((sign) => !known.get(key).has(sign));
      if (fresh.length) each.setAttribute("data-look", "");
      for (const sign of fresh) known.get(key).add(sign);
    }
  },

  // The page in the dark scheme, as the node would send it.
  darken() {
    const root = document.documentElement;
    if (root.dataset.theme === "light") root.dataset.theme = "dark";
  },

  unmark() {
    for (const each of document.querySelectorAll("[data-look]")) each.removeAttribute("data-look");
  },

  // Notes everything that a person can act on; gives back how much that is. What is folded is opened.
  actions() {
    for (const each of document.querySelectorAll("details")) each.open = true;
    const native = "a[href], button, input:not([type=hidden]), select, textarea, summary";
    const roles = "[role=button], [role=link], [role=checkbox], [role=tab], [role=application]";
    // Of the marks on the map one is reached by Tab, the others from there by the arrow keys.
    const meant = (each) =>
      each.tabIndex >= 0 || each.matches(roles) || (each.matches(native) && !each.closest("svg#map"));
    const shown = (each) => each.checkVisibility({ visibilityProperty: true }) && each.getClientRects().length > 0;
    window.__actions = [...document.querySelectorAll(`${native}, ${roles}, [tabindex]`)].filter(
      (each) => !each.disabled && meant(each) && shown(each),
    );
    window.scrollTo(0, 0);
    document.activeElement.blur();
    this.follow();
    return window.__actions.length;
  },

  // Before each key moves the focus on, notes where the one before has brought it. `__reached` tells it all, with the
  // place where the focus is now; `__again` is whether it came round to the first.
  follow() {
    const reached = new Map();
    window.__again = false;
    const note = () => {
      const at = this.where();
      if (at.place < 0) return;
      window.__again ||= reached.size > 1 && at.place === reached.keys().next().value && at.place !== last;
      if (!reached.has(at.place)) reached.set(at.place, at);
      last = at.place;
    };
    let last = -1;
    window.__noting?.abort();
    window.__noting = new AbortController();
    document.addEventListener("keydown", note, { capture: true, signal: window.__noting.signal });
    window.__reached = () => {
      note();
      return [...reached.values()];
    };
  },

  // Which of them has the focus, whether that shows, and whether it is in sight.
  where() {
    const at = document.activeElement;
    const place = window.__actions.indexOf(at);
    if (place < 0) return { place };
    const style = getComputedStyle(at);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    const ring =
      outlined || style.boxShadow !== "none" || (at.ownerSVGElement !== undefined && at.ownerSVGElement !== null);
    const box = at.getBoundingClientRect();
    const seen = [0.5, 0.1, 0.9].some((share) => {
      const top = document.elementFromPoint(box.left + box.width * share, box.top + box.height * share);
      return top !== null && (at.contains(top) || [...(at.labels ?? [])].some((each) => each.contains(top)));
    });
    return { place, ring, seen, told: at.outerHTML.slice(0, 160) };
  },

  // Those that were not reached; of radio buttons in one group, one is enough.
  unreached(reached) {
    const group = (each) => (each.type === "radio" ? `${each.form?.action ?? ""} ${each.name}` : null);
    const groups = new Set(reached.map((place) => group(window.__actions[place])).filter(Boolean));
    return window.__actions
      .filter((each, place) => !reached.includes(place) && !groups.has(group(each)))
      .map((each) => each.outerHTML.slice(0, 160));
  },
})
