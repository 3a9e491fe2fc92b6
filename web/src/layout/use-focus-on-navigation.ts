import { type RefObject, useEffect, useRef } from "react";
import { useLocation } from "wouter";

/**
 * Moves the focus to the content when another page is shown, so that a screen reader tells its heading and the keyboard
 * goes on from there. Going back leaves the place to the browser.
 */
export function useFocusOnNavigation(content: RefObject<HTMLElement | null>): void {
  const [path] = useLocation();
  const shown = useRef(path);
  const isGoingBack = useRef(false);
  useEffect(() => {
    const goBack = () => {
      isGoingBack.current = true;
    };
    window.addEventListener("popstate", goBack);
    return () => window.removeEventListener("popstate", goBack);
  }, []);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    content.current?.focus({ preventScroll: true });
    if (!isGoingBack.current) window.scrollTo(0, 0);
    isGoingBack.current = false;
  }, [path, content]);
}
