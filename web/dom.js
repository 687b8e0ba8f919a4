// What both pictures need of the page: elements without markup, isolated text, colours as the style sheet has them.

const CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const STRONG = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]|\p{L}/u;
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

// Controls of direction written out, as the server shows them too: a picture must not be turned by a name.
export function visible(text) {
  return String(text).replace(
    CONTROLS,
    (sign) => `[U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`,
  );
}

export function direction(text) {
  const first = STRONG.exec(visible(text));
  return first !== null && RTL.test(first[0]) ? "rtl" : "ltr";
}

// For a canvas, which has no <bdi>: the text inside an isolate of its own direction.
export function isolated(text) {
  const shown = visible(text);
  return `${direction(shown) === "rtl" ? "\u2067" : "\u2066"}${shown}\u2069`;
}

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined && value !== null)
      made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.filter((each) => each !== undefined && each !== null && each !== ""));
  return made;
}

export function name(text) {
  const shown = visible(text);
  const dir = direction(shown);
  return element("bdi", { class: "text", dir, lang: dir === "rtl" ? "ar" : "und" }, shown);
}

export function marking(label) {
  const kind = /^TLP:(RED|AMBER|GREEN|CLEAR)/.exec(String(label))?.[1].toLowerCase();
  return element("bdi", { class: kind ? `tlp tlp-${kind}` : "", dir: "ltr", lang: "en" }, String(label));
}

export function button(text, act) {
  const made = element("button", { type: "button" }, text);
  made.addEventListener("click", act);
  return made;
}

// The colour that a custom property has now: light-dark() and var() are worked out by the browser.
export function colours(root, names) {
  const probe = element("span", { class: "hidden", "aria-hidden": "true" });
  root.append(probe);
  const found = Object.fromEntries(
    names.map((each) => {
      probe.style.color = `var(--${each})`;
      return [each, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return found;
}

// Calls `act` when the reader's colours change: the desk's scheme, or the choice on this page.
export function onColours(act) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", act);
  new MutationObserver(act).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

export async function fetched(url) {
  const response = await fetch(url, { credentials: "same-origin", redirect: "error" });
  if (!response.ok || !(response.headers.get("content-type") ?? "").includes("application/json")) {
    throw new Error(`status ${response.status}`);
  }
  return response.json();
}

// The reader's words, and which of those we need were not sent: a test asks for `data-missing`.
export function words(root, sent, needed) {
  const missing = Object.keys(needed).filter((key) => typeof sent?.[key] !== "string");
  if (missing.length > 0) root.dataset.missing = missing.join(" ");
  return { ...needed, ...sent };
}

export const fontsReady = () =>
  Promise.all([document.fonts.load('16px "Plex Arabic"', "ع"), document.fonts.load('16px "Plex Sans"', "a")]);
