import { type ReactNode, useId, useState } from "react";
import { languageNames, useLanguage } from "../messages/messages-provider.tsx";
import { chooseTheme, chosenTheme, type Theme, themes } from "../theme.ts";

/** Theme and language, kept in this browser. */
export function Appearance(): ReactNode {
  const { language, choose, messages } = useLanguage();
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  const id = useId();
  return (
    <div className="appearance">
      <div className="field">
        <label htmlFor={`${id}-theme`}>{messages.theme}</label>
        <select
          id={`${id}-theme`}
          value={theme}
          onChange={(event) => {
            const next = themes.find((candidate) => candidate === event.target.value) ?? "auto";
            setTheme(next);
            chooseTheme(next);
          }}
        >
          {themes.map((name) => (
            <option key={name} value={name}>
              {messages.themeNames[name]}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor={`${id}-language`}>{messages.languageLabel}</label>
        <select
          id={`${id}-language`}
          value={language}
          onChange={(event) => {
            const next = languageNames.find(({ code }) => code === event.target.value);
            if (next !== undefined) choose(next.code);
          }}
        >
          {languageNames.map(({ code, name }) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
