import type { ReactNode } from "react";
import "./segments.css";

/** A choice between a few ways to show the same, side by side. */
export function Segments<Value extends string>({
  label,
  names,
  options,
  value,
  onChange,
}: {
  readonly label: string;
  readonly names: Readonly<Record<Value, string>>;
  readonly options: readonly Value[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}): ReactNode {
  return (
    <fieldset className="segments" aria-label={label}>
      {options.map((option) => (
        <button key={option} type="button" aria-pressed={option === value} onClick={() => onChange(option)}>
          {names[option]}
        </button>
      ))}
    </fieldset>
  );
}
