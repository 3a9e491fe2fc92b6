import type { ReactNode } from "react";

const height = 32;

/** Bars, the newest at the right. */
export function Sparkline({
  values,
  label,
}: {
  readonly values: readonly number[];
  readonly label: string;
}): ReactNode {
  const most = Math.max(...values, 1);
  const bars = values.map((value, index) => {
    const bar = value === 0 ? 1 : Math.max(3, (value / most) * height);
    return `M${index * 4} ${height}v-${bar.toFixed(1)}h3v${bar.toFixed(1)}z`;
  });
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${values.length * 4} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path d={bars.join("")} />
    </svg>
  );
}
