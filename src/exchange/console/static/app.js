// What scripts add to pages that work without them. Each part is switched on by attributes:
//
//   form[data-passkey="register|login|step-up"]
//       data-options: WebAuthn options as JSON, or an address that answers a POST with them. The answer goes into
//       input[name="response"] (data-field names another). data-fault: what to say when the device gives no answer;
//       without it the form is sent as it is, and the server says it. A button with data-plain sends the form without
//       asking the device.
//   form[data-auto-submit]    sent when a choice is made by hand
//   form[data-guard]          asks before a page with unsaved entries is left
//   button[data-add="NAME"]   clones template[data-row="NAME"] into [data-rows="NAME"]; "__n__" in attributes becomes
//                             the row's number
//   button[data-remove]       removes its [data-entry]
//   button[data-copy="…"]     copies the text, or that of "#ID"; give it `hidden`, it is shown where scripts run.
//                             data-copied: its name for two seconds afterwards
//   input[data-follow]        direction and language follow the script that is typed; ="name": Arabic in the Naskh
//   [data-list]               j and k go through its [data-line] (or table rows); "a" presses the line's [data-accept];
//                             "?" opens the page's [data-keys-help], or /help#keys
//   html[data-keys="off"]     no single keys
//   body.marked               blurred while nobody looks at the window
//
// Esc twice blurs any page until Esc is pressed twice again.

// Passkeys.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text64 = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const withIds = (list) => list?.map((each) => ({ ...each, id: bytes(each.id) }));

async function optionsOf(form) {
  const given = form.dataset.options;
  if (!given.startsWith("/")) return JSON.parse(given);
  const token = form.elements.namedItem("csrf")?.value ?? "";
  const answer = await fetch(given, {
    method: "POST",
    credentials: "same-origin",
    body: new URLSearchParams({ csrf: token }),
  });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

async function register(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: withIds(options.excludeCredentials),
    },
  });
  return told(made, {
    attestationObject: text64(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function assert(options) {
  const made = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: withIds(options.allowCredentials),
    },
  });
  const { authenticatorData, signature, userHandle } = made.response;
  return told(made, {
    authenticatorData: text64(authenticatorData),
    signature: text64(signature),
    userHandle: userHandle ? text64(userHandle) : null,
  });
}

const told = (made, response) => ({
  id: made.id,
  rawId: text64(made.rawId),
  type: made.type,
  authenticatorAttachment: made.authenticatorAttachment,
  clientExtensionResults: made.getClientExtensionResults(),
  response: { clientDataJSON: text64(made.response.clientDataJSON), ...response },
});

async function ceremony(event) {
  const form = event.target;
  const field = form.elements.namedItem(form.dataset.field ?? "response");
  if (!window.PublicKeyCredential || !form.dataset.options || event.submitter?.dataset.plain !== undefined) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  try {
    const whole = await optionsOf(form);
    const options = whole.publicKey ?? whole;
    field.value = JSON.stringify(await (form.dataset.passkey === "register" ? register(options) : assert(options)));
  } catch (fault) {
    console.info(`passkey: ${fault.name}`);
    if (form.dataset.fault) {
      say(form, form.dataset.fault);
      return;
    }
  } finally {
    delete form.dataset.busy;
  }
  leaving = true;
  if (event.submitter?.name) {
    const pressed = document.createElement("input");
    Object.assign(pressed, { type: "hidden", name: event.submitter.name, value: event.submitter.value });
    form.append(pressed);
  }
  form.submit();
}

function say(form, sentence) {
  let place = form.querySelector("[data-told]");
  if (!place) {
    place = document.createElement("p");
    place.className = "fault";
    place.dataset.told = "";
    place.setAttribute("role", "alert");
    form.prepend(place);
  }
  place.textContent = sentence;
}

// Privacy: nobody reads over a shoulder what its reader does not look at.

let shut = false;
let escaped = -Infinity; // when it was pressed last
const root = document.documentElement;
const away = () => document.hidden || !document.hasFocus();
const blur = () => root.classList.toggle("private", shut || (document.body.classList.contains("marked") && away()));

function escape(event) {
  if (event.key !== "Escape") {
    escaped = -Infinity;
    return;
  }
  if (event.timeStamp - escaped < 600) {
    shut = !shut;
    escaped = -Infinity;
    blur();
  } else escaped = event.timeStamp;
}

// Single keys.

const FIELDS = "input, select, textarea, [contenteditable], [role=application], svg#map";
const typing = (target) => target instanceof Element && target.closest(FIELDS) !== null;

function lines() {
  return [...document.querySelectorAll("[data-list]")].flatMap((list) => {
    const marked = list.querySelectorAll("[data-line]");
    return [...(marked.length > 0 ? marked : list.querySelectorAll("tbody tr"))];
  });
}

function go(by) {
  const all = lines();
  if (all.length === 0) return;
  const now = all.findIndex((line) => line.classList.contains("at"));
  const next = all[Math.min(all.length - 1, Math.max(0, now < 0 ? 0 : now + by))];
  all.forEach((line) => line.classList.toggle("at", line === next));
  next.querySelector("a[href], button, input, summary")?.focus();
  next.scrollIntoView({ block: "nearest" });
}

function shortcut(event) {
  if (root.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.repeat && event.key === "a") return;
  if (typing(event.target)) return;
  const acts = {
    j: () => go(1),
    k: () => go(-1),
    a: () => document.querySelector("[data-list] .at [data-accept]")?.click(),
    "?": () => {
      const help = document.querySelector("[data-keys-help]");
      if (help instanceof HTMLDetailsElement) {
        help.open = !help.open;
        help.querySelector("summary").focus();
      } else if (help) help.focus();
      else location.assign("/help#keys");
    },
  };
  if (event.key in acts) {
    event.preventDefault();
    acts[event.key]();
  }
}

// Forms.

let leaving = false;
let dirty = false;
let byHand = false;

function addRow(button) {
  const kind = CSS.escape(button.dataset.add);
  const form = button.closest("form") ?? document;
  const rows = form.querySelector(`[data-rows="${kind}"]`);
  const row = form.querySelector(`template[data-row="${kind}"]`);
  if (!rows || !row) return false;
  const number = String(Math.max(Number(rows.dataset.next ?? 0), rows.childElementCount));
  rows.dataset.next = String(Number(number) + 1);
  const made = row.content.cloneNode(true);
  for (const each of made.querySelectorAll("*")) {
    for (const { name, value } of [...each.attributes]) {
      if (value.includes("__n__")) each.setAttribute(name, value.replaceAll("__n__", number));
    }
  }
  const first = made.querySelector("input:not([type=hidden]), select, textarea");
  rows.append(made);
  rows.querySelectorAll("[data-follow]").forEach(follow);
  first?.focus();
  return true;
}

const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

function follow(field) {
  const first = /\p{L}/u.exec(field.value);
  const rtl = first !== null && RTL.test(first[0]);
  field.dir = first === null ? "auto" : rtl ? "rtl" : "ltr";
  if (rtl) field.lang = "ar";
  else field.removeAttribute("lang");
  field.classList.toggle("original", rtl && field.dataset.follow === "name");
}

async function copy(button) {
  const what = button.dataset.copy;
  const text = what.startsWith("#") ? (document.getElementById(what.slice(1))?.textContent.trim() ?? "") : what;
  await navigator.clipboard.writeText(text);
  button.dataset.done = "yes";
  const before = button.getAttribute("aria-label");
  if (button.dataset.copied) {
    button.setAttribute("aria-label", button.dataset.copied);
    setTimeout(
      () => (before === null ? button.removeAttribute("aria-label") : button.setAttribute("aria-label", before)),
      2000,
    );
  }
}

function clicked(event) {
  const button = event.target.closest?.("[data-add], [data-remove], [data-copy]");
  if (!button) return;
  if (button.dataset.copy !== undefined) copy(button).catch((fault) => console.info(`copy: ${fault.name}`));
  else if (button.dataset.add !== undefined ? addRow(button) : removeRow(button)) event.preventDefault();
  else return;
  if (button.dataset.copy === undefined) dirty ||= button.closest("form[data-guard]") !== null;
}

function removeRow(button) {
  const entry = button.closest("[data-entry]");
  if (!entry) return false;
  const next = entry.nextElementSibling ?? entry.previousElementSibling;
  entry.remove();
  next?.querySelector("input:not([type=hidden]), select, textarea, button")?.focus();
  return true;
}

// By the mouse or a finger only: on the keyboard a select changes with each arrow key, and its button stands beside it.
function chosen(event) {
  const form = event.target.closest("form[data-auto-submit]");
  if (form && byHand) form.requestSubmit();
}

document.addEventListener("submit", (event) => {
  if (event.target.dataset.passkey) ceremony(event);
  if (!event.defaultPrevented) leaving = true;
});
document.addEventListener("keydown", (event) => {
  byHand = false;
  escape(event);
  if (!event.defaultPrevented) shortcut(event);
});
document.addEventListener("pointerdown", () => {
  byHand = true;
});
document.addEventListener("click", clicked);
document.addEventListener("change", chosen);
document.addEventListener("input", (event) => {
  stay();
  if (event.target.dataset.follow !== undefined) follow(event.target);
  if (event.target.closest("form[data-guard]")) dirty = true;
});
// Whoever types is there: the session must not end under a form that takes long to fill in.
const STAY_MS = 240_000;
let stayed = Date.now();
function stay() {
  if (Date.now() - stayed < STAY_MS) return;
  stayed = Date.now();
  fetch("/preferences", { credentials: "same-origin", redirect: "manual" }).catch(() => {});
}
addEventListener("beforeunload", (event) => {
  if (dirty && !leaving) event.preventDefault();
});
addEventListener("pageshow", () => {
  leaving = false;
  // Back again: an answer of a device is good once.
  for (const form of document.querySelectorAll("form[data-passkey]"))
    form.elements.namedItem(form.dataset.field ?? "response").value = "";
});
for (const name of ["blur", "focus"]) addEventListener(name, blur);
document.addEventListener("visibilitychange", blur);
document.querySelectorAll("[data-follow]").forEach(follow);
document.querySelectorAll("[data-copy][hidden]").forEach((each) => {
  each.hidden = false;
});
