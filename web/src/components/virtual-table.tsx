import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type Key, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { Cells, type Column, TableHead } from "./data-table.tsx";
import "./virtual-table.css";

const estimatedRowPx = 38;

/** A table of any length that scrolls with the window: only the rows in sight are drawn. */
export function VirtualTable<Row>({
  label,
  columns,
  rows,
  rowKey,
}: {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => Key;
}): ReactNode {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    // What is above the table may have become higher; setting the same number draws nothing.
    setTop(Math.round((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY));
  });
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => estimatedRowPx,
    overscan: 12,
    scrollMargin: top,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
  });
  const items = virtual.getVirtualItems();
  const before = (items[0]?.start ?? top) - top;
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? top) - top);
  return (
    <div className="scroll">
      <table aria-label={label} aria-rowcount={rows.length + 1}>
        <TableHead columns={columns} />
        <tbody ref={body}>
          <Gap height={before} columns={columns.length} />
          {items.map(({ key, index }) => {
            const row = rows[index];
            return (
              row !== undefined && (
                <tr key={key} data-index={index} aria-rowindex={index + 2} ref={virtual.measureElement}>
                  <Cells columns={columns} row={row} />
                </tr>
              )
            );
          })}
          <Gap height={after} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

/** Stands for rows that are not drawn. */
function Gap({ height, columns }: { readonly height: number; readonly columns: number }): ReactNode {
  if (height <= 0) return null;
  return (
    <tr className="gap">
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}
