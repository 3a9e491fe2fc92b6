import type { Key, ReactNode } from "react";

export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => ReactNode;
}

/** A table that becomes a list of cards where the screen is narrow. */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
}: {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row, index: number) => Key;
}): ReactNode {
  return (
    <div className="scroll">
      <table aria-label={label}>
        <TableHead columns={columns} />
        <tbody>
          {rows.map((row, index) => (
            <tr key={rowKey(row, index)}>
              <Cells columns={columns} row={row} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function TableHead<Row>({ columns }: { readonly columns: readonly Column<Row>[] }): ReactNode {
  return (
    <thead>
      <tr>
        {columns.map(({ heading }) => (
          <th key={heading} scope="col">
            {heading}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** The cells of one row. */
export function Cells<Row>({
  columns,
  row,
}: {
  readonly columns: readonly Column<Row>[];
  readonly row: Row;
}): ReactNode {
  return columns.map(({ heading, cell }) => (
    <td key={heading} data-column={heading}>
      {cell(row)}
    </td>
  ));
}
