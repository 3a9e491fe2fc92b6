import { type ReactNode, useId, useState } from "react";
import { verdictStates } from "../../../../src/dashboard/event-model.ts";
import { useListeners } from "../../api/queries.ts";
import { useNamespace } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import type { EventsFilter, FilterName } from "./events-filter.ts";

interface EventFiltersProps {
  readonly filter: EventsFilter;
  readonly change: (changes: Readonly<Partial<Record<FilterName, string>>>) => void;
  readonly clear: () => void;
}

/** What the list is narrowed by. */
export function EventFilters({ filter, change, clear }: EventFiltersProps): ReactNode {
  const messages = useMessages();
  const namespace = useNamespace();
  const listeners = useListeners(namespace);
  const known = listeners.data ?? [];
  // On a narrow page the list is worth more than filters that nobody uses.
  const [isOpen, setIsOpen] = useState(false);
  const field = (
    name: FilterName,
    label: string,
    more: { readonly hint?: string; readonly choices?: string[] } = {},
  ) => <TextFilter key={name} name={name} label={label} value={filter[name] ?? ""} change={change} {...more} />;
  return (
    <search>
      <form
        className={isOpen ? "filter events-filter open" : "filter events-filter"}
        onSubmit={(event) => event.preventDefault()}
      >
        {field("text", messages.eventList.text, { hint: messages.eventList.textHint })}
        <VerdictFilter verdict={filter.verdict ?? ""} change={change} />
        <button type="button" className="quiet more" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {messages.moreFilters}
        </button>
        {field("listener", messages.listener, { choices: known.map(({ name }) => name) })}
        {field("trigger", messages.trigger, { choices: known.flatMap(({ triggers }) => triggers) })}
        {field("repository", messages.repository)}
        {field("since", messages.since, { hint: messages.sinceHelp, choices: ["15m", "1h", "24h", "7d"] })}
        {field("until", messages.until)}
        {Object.keys(filter).length > 0 && (
          <button type="button" className="quiet" onClick={clear}>
            {messages.clearFilters}
          </button>
        )}
      </form>
    </search>
  );
}

function VerdictFilter({
  verdict,
  change,
}: {
  readonly verdict: string;
  readonly change: EventFiltersProps["change"];
}): ReactNode {
  const messages = useMessages();
  return (
    <span className="field verdict">
      <label htmlFor="filter-verdict">{messages.verdict}</label>
      <select id="filter-verdict" value={verdict} onChange={(event) => change({ verdict: event.target.value })}>
        <option value="">{messages.any}</option>
        {verdictStates.map((state) => (
          <option key={state} value={state}>
            {messages.verdictNames[state]}
          </option>
        ))}
      </select>
    </span>
  );
}

interface TextFilterProps {
  readonly name: FilterName;
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly choices?: readonly string[];
  readonly change: EventFiltersProps["change"];
}

/** How long somebody types without the list being read anew, in milliseconds. */
const typingMs = 300;

/** A field whose text becomes the filter shortly after it was typed. */
function TextFilter({ name, label, value, hint, choices = [], change }: TextFilterProps): ReactNode {
  const id = useId();
  const [typed, setTyped] = useState<{ readonly text: string; readonly timer: number } | undefined>(undefined);
  const type = (text: string) => {
    window.clearTimeout(typed?.timer);
    const timer = window.setTimeout(() => {
      setTyped(undefined);
      change({ [name]: text });
    }, typingMs);
    setTyped({ text, timer });
  };
  return (
    <span className={value === "" ? `field ${name}` : `field ${name} in-use`}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        type={name === "text" ? "search" : "text"}
        value={typed?.text ?? value}
        placeholder={hint}
        size={12}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        list={choices.length > 0 ? `${id}-choices` : undefined}
        onChange={(event) => type(event.target.value)}
      />
      {choices.length > 0 && (
        <datalist id={`${id}-choices`}>
          {[...new Set(choices)].map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
    </span>
  );
}
