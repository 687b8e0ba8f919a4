// One file of symbols: <use href="icons.svg#name">. Strokes and sizes come from our own style sheet (.icon).
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const ICONS = [
  "activity", "archive", "arrow-down", "arrow-left", "arrow-left-right", "arrow-right", "arrow-up", "badge-check", "ban", "bell",
  "building-2", "calendar", "check", "chevron-down", "chevron-left", "chevron-right", "chevron-up", "circle", "circle-alert",
  "circle-check", "circle-dot", "circle-help", "circle-x", "clipboard-check", "clock", "copy", "database", "diff", "download",
  "equal", "equal-not", "external-link", "eye", "eye-off", "file-check", "file-text", "fingerprint", "gavel", "git-compare",
  "globe", "handshake", "hard-drive", "history", "hourglass", "id-card", "inbox", "info", "key-round", "keyboard", "link",
  "list", "lock", "lock-open", "log-out", "mail", "map", "map-pin", "message-square", "minus", "network", "octagon-alert",
  "paperclip", "pencil", "plane", "plus", "printer", "qr-code", "refresh-cw", "rotate-ccw", "save", "scale", "scan-search",
  "search", "send", "server", "settings", "shield", "shield-alert", "shield-check", "stamp", "table", "tag", "target", "trash-2",
  "triangle-alert", "undo-2", "unlink", "upload", "user", "user-check", "user-plus", "users", "waypoints", "x", "zoom-in", "zoom-out",
];

export function sprite(modules) {
  const symbols = ICONS.map((name) => {
    const svg = readFileSync(join(modules, `lucide-static/icons/${name}.svg`), "utf8");
    const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>").trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}
