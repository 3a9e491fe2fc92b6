import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { LogRowView, type RowLook } from "./log-row.tsx";
import type { LogStore } from "./log-store.ts";
import "./log.css";

/** Height of a row that is not wrapped, as log.css has it. */
const rowHeightPx = 20;
/** Places are fractions of a pixel on some screens. */
const endTolerancePx = 4;

interface LogViewProps {
  readonly label: string;
  readonly store: LogStore;
  readonly look: RowLook;
  readonly isWrapping: boolean;
  /** Stays at the end while more comes. */
  readonly isFollowing: boolean;
  /** The user has scrolled up. */
  readonly onLetGo: () => void;
}

/** The rows of a log; only those in sight are drawn. */
export function LogView({ label, store, look, isWrapping, isFollowing, onLetGo }: LogViewProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: store.rowCount,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeightPx,
    overscan: 20,
    getItemKey: (index) => store.rowId(index),
  });
  const follow = useStayAtEnd(isFollowing, () => {
    if (store.rowCount > 0) rows.scrollToIndex(store.rowCount - 1, { align: "end" });
  });
  useGoToLine(store, look.chosenLine, (index) => rows.scrollToIndex(index, { align: "center" }));
  useEffect(() => {
    // Sizes that were measured with the other wrapping do not hold.
    void isWrapping;
    rows.measure();
  }, [isWrapping, rows]);
  useEffect(() => {
    // What scrolls must be reachable with the keyboard (WCAG 2.1.1).
    if (box.current !== null) box.current.tabIndex = 0;
  }, []);
  const lastTop = useRef(0);
  const items = rows.getVirtualItems();
  return (
    <section
      ref={box}
      className={isWrapping ? "log wrapping" : "log"}
      aria-label={label}
      onScroll={({ currentTarget }) => {
        const { scrollTop, scrollHeight, clientHeight } = currentTarget;
        const isAtEnd = scrollHeight - clientHeight - scrollTop < endTolerancePx;
        if (follow.current && scrollTop < lastTop.current && !isAtEnd) {
          follow.current = false;
          onLetGo();
        }
        lastTop.current = scrollTop;
      }}
    >
      <div className="log-rows" style={{ height: rows.getTotalSize(), ...widthOf(store, look, isWrapping) }}>
        {items.map(({ key, index, start }) => {
          const row = store.row(index);
          return (
            row !== undefined && (
              <div
                key={key}
                ref={isWrapping ? rows.measureElement : undefined}
                data-index={index}
                className="log-row"
                style={{ transform: `translateY(${start}px)` }}
              >
                <LogRowView row={row} look={look} />
              </div>
            )
          );
        })}
      </div>
    </section>
  );
}

/** As wide as the longest line, so that the width does not jump with the lines in sight. */
function widthOf(store: LogStore, { hasTimestamps }: RowLook, isWrapping: boolean): { readonly minWidth?: string } {
  // Number, space around, and the time are in the first summand.
  return isWrapping ? {} : { minWidth: `calc(${store.longestLine + (hasTimestamps ? 4 : 0)}ch + 6rem)` };
}

/** Keeps the end in sight; the answer is false from the moment on in which the user scrolls away. */
function useStayAtEnd(isFollowing: boolean, toEnd: () => void): { current: boolean } {
  const follow = useRef(isFollowing);
  useLayoutEffect(() => {
    follow.current = isFollowing;
  }, [isFollowing]);
  // After each drawing: rows may have come, or become higher. A scrolled row is drawn before the state has changed.
  useLayoutEffect(() => {
    if (follow.current) toEnd();
  });
  return follow;
}

/** Shows a line once it is there, and again when another is chosen. */
function useGoToLine(store: LogStore, line: number | undefined, show: (index: number) => void): void {
  const shown = useRef<number | undefined>(undefined);
  useLayoutEffect(() => {
    if (line === undefined) shown.current = undefined;
    if (line === undefined || line === shown.current) return;
    if (line > store.lineCount || store.rowCount === 0) return;
    shown.current = line;
    show(store.indexOfLine(line));
  });
}
