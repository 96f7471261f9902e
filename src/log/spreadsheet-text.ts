/**
 * Text for a cell of a CSV file that people open in a spreadsheet. A spreadsheet takes `=1+1` for a formula, which may run
 * commands or send the sheet away, `0012` for the number 12 and `MAR1` for a date. An apostrophe before it keeps it text (OWASP, CSV
 * injection). A formula may also begin behind a separator or a line's end, where the spreadsheet splits at another one than ours.
 */
export function spreadsheetText(text: string): string {
  const guarded = text.replace(/([;\t\r\n])(?=[=+\-@＝＋－＠'])/g, "$1'");
  return /^[=+\-@＝＋－＠'\t\r\n\d]/.test(guarded) || reinterpreted.test(guarded) ? `'${guarded}` : guarded;
}

/** What `spreadsheetText` was made from. */
export function fromSpreadsheetText(text: string): string {
  return text.replace(/^'/, '').replace(/([;\t\r\n])'(?=[=+\-@＝＋－＠'])/g, '$1');
}

const reinterpreted = /^(true|false|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ ./-]?\d+)$/i;
