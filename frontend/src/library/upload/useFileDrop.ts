import { useEffect, useRef, useState } from "react";
import { droppedFiles, type FoundFile } from "./folders";

const carriesFiles = (event: DragEvent): boolean =>
  event.dataTransfer?.types.includes("Files") === true;

/** Hear files and folders dropped anywhere on the page; true while some are held over it. */
export function useFileDrop(onFiles: ((files: Promise<FoundFile[]>) => void) | null): boolean {
  const [isOver, setIsOver] = useState(false);
  const listener = useRef(onFiles);
  listener.current = onFiles;
  const isOn = onFiles !== null;
  useEffect(() => {
    if (!isOn) return;
    // Entering a child leaves its parent: only the balance says whether the page is left.
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth += 1;
      setIsOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setIsOver(false);
    };
    const over = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setIsOver(false);
      if (event.dataTransfer !== null) listener.current?.(droppedFiles(event.dataTransfer));
    };
    window.addEventListener("dragenter", enter);
    window.addEventListener("dragleave", leave);
    window.addEventListener("dragover", over);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragenter", enter);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("dragover", over);
      window.removeEventListener("drop", drop);
      setIsOver(false);
    };
  }, [isOn]);
  return isOver;
}
