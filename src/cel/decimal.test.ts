import { equal } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { plainDecimal, toFixed, toScientific } from "./decimal.ts";

const vectors = [
  { name: "halves go to even", got: toFixed(2.5, 0), want: "2" },
  { name: "halves go to even upwards", got: toFixed(3.5, 0), want: "4" },
  { name: "what is above a half goes up", got: toFixed(2.0005, 3), want: "2.001" },
  { name: "large numbers keep all digits", got: toFixed(1e21, 1), want: "1000000000000000000000.0" },
  { name: "zero has a sign", got: toFixed(-0, 1), want: "-0.0" },
  { name: "an exponent has two digits", got: toScientific(12345.678, 3), want: "1.235e+04" },
  { name: "scientific halves go to even", got: toScientific(2.5, 0), want: "2e+00" },
  { name: "rounding may carry", got: toScientific(9.99, 1), want: "1.0e+01" },
  { name: "the smallest number", got: toScientific(5e-324, 2), want: "4.94e-324" },
  { name: "plain small numbers", got: plainDecimal(1e-7), want: "0.0000001" },
  { name: "plain large numbers", got: plainDecimal(1.5e22), want: "15000000000000000000000" },
  { name: "plain zero", got: plainDecimal(0), want: "0" },
] as const;

for (const { name, got, want } of vectors) test(name, () => equal(got, want));

test("decimals stand for the number they were made of", () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(finite, (value) => {
      equal(Number(plainDecimal(value)), value);
      equal(Number(toScientific(value, 17)), value);
    }),
  );
});
