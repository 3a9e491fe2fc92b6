/**
 * Writes lines of a log to standard output, those of one turn of the event loop together: a write of its own for each
 * would cost more than making the line.
 */
export function lineWriter(): (line: string) => void {
  let waiting = "";
  return (line) => {
    if (waiting === "") {
      setImmediate(() => {
        const text = waiting;
        waiting = "";
        process.stdout.write(text);
      });
    }
    waiting += `${line}\n`;
  };
}
