import { type ComponentType, createElement, type ReactNode, useEffect, useState } from "react";
import { Loading } from "./components/loading.tsx";

/**
 * A component whose code is loaded when it is first shown. `React.lazy` would do, but React shows what comes after a
 * fallback 300 ms later at the earliest, which is most of the time that a page takes.
 */
export function loadLater<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function LoadedLater(props: Props): ReactNode {
    const [failure, setFailure] = useState<{ readonly error: unknown } | undefined>(undefined);
    const [component, setComponent] = useState(() => loaded);
    useEffect(() => {
      if (loaded !== undefined) return;
      let isGone = false;
      load().then(
        (found) => {
          loaded = found;
          if (!isGone) setComponent(() => found);
        },
        (error: unknown) => {
          if (!isGone) setFailure({ error });
        },
      );
      return () => {
        isGone = true;
      };
    }, []);
    // For the boundary around the page.
    if (failure !== undefined) throw failure.error;
    return component === undefined ? <Loading /> : createElement(component, props);
  };
}
