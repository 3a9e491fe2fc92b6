export { quoteGo as goQuote } from "../json/go-print.ts";
