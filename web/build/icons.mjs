// One file of symbols: <use href="icons.svg#name">. Strokes and sizes come from our own style sheet (.icon).
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const ICONS = [
  "activity", "archive", "arrow-down", "arrow-left", "arrow-left-right", "arrow-right", "arrow-up", "arrow-up-right",
  "badge-check", "ban", "bell", "binoculars", "book-open", "briefcase", "building-2", "calendar", "calendar-clock",
  "calendar-days", "check", "chevron-down", "chevron-left", "chevron-right", "chevron-up", "circle", "circle-alert",
  "circle-check", "circle-dot", "circle-help", "circle-minus", "circle-plus", "circle-x", "clipboard",
  "clipboard-check", "clipboard-list", "clock", "copy", "corner-down-left", "database", "diff", "download", "equal",
  "equal-not", "external-link", "eye", "eye-off", "file-check", "file-plus", "file-text", "file-warning", "file-x",
  "files", "fingerprint", "folder", "funnel", "gauge", "gavel", "git-compare", "globe", "handshake", "hard-drive",
  "heart-pulse", "history", "hourglass", "id-card", "inbox", "info", "key-round", "keyboard", "landmark", "languages",
  "layers", "link", "list", "list-checks", "lock", "lock-open", "log-in", "log-out", "mail", "map", "map-pin",
  "megaphone", "merge", "message-square", "messages-square", "minus", "moon", "network", "octagon-alert", "paperclip",
  "pencil", "phone", "plane", "plug", "plus", "power", "printer", "qr-code", "refresh-cw", "rotate-ccw", "route",
  "save", "scale", "scan-search", "scroll-text", "search", "send", "server", "settings", "shield", "shield-alert",
  "shield-check", "shield-off", "shield-x", "split", "square-pen", "stamp", "sun", "table", "tag", "target", "tent",
  "thumbs-up", "ticket", "timer", "trash-2", "triangle-alert", "undo-2", "unlink", "upload", "user", "user-check",
  "user-minus", "user-plus", "user-x", "users", "waypoints", "x", "zoom-in", "zoom-out",
];

export function sprite(modules) {
  const symbols = ICONS.map((name) => {
    const svg = readFileSync(join(modules, `lucide-static/icons/${name}.svg`), "utf8");
    const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner
      .replace(/\s*\n\s*/g, "")
      .replace(/ \/>/g, "/>")
      .trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}
