import type { ReactNode } from "react";
import type { NamedValue } from "../../../../src/dashboard/views/run-view.ts";
import { DataTable } from "../../components/data-table.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";

/** Names with their values, as params and results. */
export function ValueTable({
  label,
  values,
}: {
  readonly label: string;
  readonly values: readonly NamedValue[];
}): ReactNode {
  const messages = useMessages();
  return (
    <DataTable
      label={label}
      rows={values}
      rowKey={({ name }, index) => `${index} ${name}`}
      columns={[
        { heading: messages.name, cell: ({ name }) => <code className="value">{name}</code> },
        {
          heading: messages.value,
          cell: ({ value }) => (
            <code className="value" lang="en">
              {value}
            </code>
          ),
        },
      ]}
    />
  );
}
