import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { en, type Messages } from "./en.ts";
import { ko } from "./ko.ts";

const languages = { en, ko } as const satisfies Readonly<Record<string, Messages>>;
type Language = keyof typeof languages;

export const languageNames = Object.entries(languages).map(([code, { language }]) => ({
  code: code as Language,
  name: language,
}));

const key = "tektite-language";

function isLanguage(text: string | null | undefined): text is Language {
  return typeof text === "string" && Object.hasOwn(languages, text);
}

/** The language that was chosen here, else the first of the browser's that we have. */
function firstLanguage(): Language {
  const kept = localStorage.getItem(key);
  if (isLanguage(kept)) return kept;
  return navigator.languages.map((tag) => tag.split("-")[0]).find(isLanguage) ?? "en";
}

interface LanguageChoice {
  readonly language: Language;
  readonly messages: Messages;
  readonly choose: (language: Language) => void;
}

const Context = createContext<LanguageChoice>({ language: "en", messages: en, choose: () => {} });

export function MessagesProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choose = (next: Language) => {
    localStorage.setItem(key, next);
    setLanguage(next);
  };
  return <Context value={{ language, messages: languages[language], choose }}>{children}</Context>;
}

/** The texts of the chosen language. */
export function useMessages(): Messages {
  return useContext(Context).messages;
}

export function useLanguage(): LanguageChoice {
  return useContext(Context);
}
