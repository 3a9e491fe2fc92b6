import { type ReactNode, useState } from "react";
import { useMessages } from "../../messages/messages-provider.tsx";
import { ExactNumber, type JsonTreeValue } from "./parse-json.ts";

/** So many entries are unfolded at once. */
const step = 100;
/** A text is cut behind so many letters until it is asked for. */
const maxLetters = 2000;

interface NodeProps {
  /** Undefined at the root. */
  readonly name?: string;
  readonly value: JsonTreeValue;
  readonly isOpen?: boolean;
}

/** JSON as a folded tree; what is folded is not drawn. */
export function JsonTree({ value }: { readonly value: JsonTreeValue }): ReactNode {
  return (
    <div className="json" lang="en">
      <JsonNode value={value} isOpen />
    </div>
  );
}

function JsonNode({ name, value, isOpen = false }: NodeProps): ReactNode {
  if (value === null || typeof value !== "object" || value instanceof ExactNumber) {
    return (
      <div className="leaf">
        <Name name={name} />
        <Leaf value={value} />
      </div>
    );
  }
  return <Branch {...(name === undefined ? {} : { name })} value={value} isOpen={isOpen} />;
}

function Branch({ name, value, isOpen = false }: NodeProps & { readonly value: object }): ReactNode {
  const messages = useMessages();
  const [isUnfolded, setUnfolded] = useState(isOpen);
  const [shown, setShown] = useState(step);
  const isList = Array.isArray(value);
  const entries = Object.entries(value as Readonly<Record<string, JsonTreeValue>>);
  const [left, right] = isList ? ["[", "]"] : ["{", "}"];
  if (entries.length === 0) {
    return (
      <div className="leaf">
        <Name name={name} />
        {left}
        {right}
      </div>
    );
  }
  return (
    <details open={isUnfolded} onToggle={(event) => setUnfolded(event.currentTarget.open)}>
      <summary>
        <Name name={name} />
        {left}
        {!isUnfolded && (
          <>
            <span className="muted"> {messages.eventPage.entries(entries.length)} </span>
            {right}
          </>
        )}
      </summary>
      {isUnfolded && (
        <>
          {entries.slice(0, shown).map(([key, inner]) => (
            <JsonNode key={key} name={key} value={inner} isOpen={name === undefined && isSmall(inner)} />
          ))}
          {entries.length > shown && (
            <button type="button" className="quiet" onClick={() => setShown(shown + step)}>
              {messages.eventPage.moreEntries(entries.length - shown)}
            </button>
          )}
          <div>{right}</div>
        </>
      )}
    </details>
  );
}

/** What is unfolded from the start. */
function isSmall(value: JsonTreeValue): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length <= 12;
}

function Name({ name }: { readonly name: string | undefined }): ReactNode {
  return name !== undefined && <span className="key">{name}: </span>;
}

function Leaf({ value }: { readonly value: null | boolean | number | string | ExactNumber }): ReactNode {
  const messages = useMessages();
  const [isWhole, setWhole] = useState(false);
  if (value instanceof ExactNumber) return <span className="literal">{value.text}</span>;
  if (typeof value !== "string") return <span className="literal">{String(value)}</span>;
  const isCut = !isWhole && value.length > maxLetters;
  return (
    <>
      <span className="string">{JSON.stringify(isCut ? `${value.slice(0, maxLetters)}…` : value)}</span>
      {isCut && (
        <button type="button" className="quiet" onClick={() => setWhole(true)}>
          {messages.eventPage.wholeText(value.length)}
        </button>
      )}
    </>
  );
}
