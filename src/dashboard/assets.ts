import { clientModule } from "./client-module.ts";
import { styles } from "./styles.ts";

/** A file that every visitor may have. */
export interface Asset {
  readonly contentType: string;
  readonly text: string;
}

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M16 2 29 11 24 28H8L3 11Z" fill="#1f6f5c"/><path d="M16 2 20 15 16 28 12 15Z" fill="#7fd1b9"/></svg>`;

export const assets: ReadonlyMap<string, Asset> = new Map([
  ["dashboard.css", { contentType: "text/css; charset=utf-8", text: styles }],
  ["dashboard.js", { contentType: "text/javascript; charset=utf-8", text: clientModule }],
  ["icon.svg", { contentType: "image/svg+xml", text: icon }],
]);
