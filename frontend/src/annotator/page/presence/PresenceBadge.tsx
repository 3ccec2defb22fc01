import { Badge, Tooltip } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { csrfToken } from "../../../api/client";
import { PAGE } from "../useSession";

interface Presence {
  readonly page: string;
  readonly name: string;
  readonly is_me: boolean;
  readonly is_author: boolean;
}

const EVERY_MS = 15_000;

/** Who else has this set open, and one's own other windows. */
export function PresenceBadge({ setId }: { setId: string }) {
  const others = usePresence(setId);
  if (others.length === 0) return null;
  const sentence = sentenceOf(others);
  return (
    <Tooltip
      label={`${sentence}. What both change is merged, and nothing is lost.`}
      multiline
      maw={280}
    >
      <Badge
        color="grape"
        variant="light"
        radius="sm"
        size="lg"
        tt="none"
        fw={550}
        leftSection={<IconUsers size={15} aria-hidden />}
        data-testid="presence"
        role="status"
      >
        {sentence}
      </Badge>
    </Tooltip>
  );
}

/** "Also being edited by ..." for authors, "open at ..." for those who only look. */
export function sentenceOf(others: readonly Presence[]): string {
  const own = others.filter((one) => one.is_me).length;
  const editing = names(others.filter((one) => !one.is_me && one.is_author));
  const looking = names(others.filter((one) => !one.is_me && !one.is_author));
  const parts = [
    ...(own > 0
      ? [`open in ${own === 1 ? "another window" : `${own} other windows`} of yours`]
      : []),
    ...(editing === "" ? [] : [`being edited by ${editing}`]),
    ...(looking === "" ? [] : [`being looked at by ${looking}`]),
  ];
  const sentence = parts.join("; ");
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function names(people: readonly Presence[]): string {
  return [...new Set(people.map((one) => one.name))].join(", ");
}

function usePresence(setId: string): readonly Presence[] {
  const [others, setOthers] = useState<readonly Presence[]>([]);
  useEffect(() => {
    let isOpen = true;
    const beat = () => {
      void tell(setId, false).then((found) => isOpen && found !== null && setOthers(found));
    };
    const leave = () => void tell(setId, true);
    beat();
    const timer = setInterval(beat, EVERY_MS);
    window.addEventListener("pagehide", leave);
    window.addEventListener("focus", beat);
    return () => {
      isOpen = false;
      clearInterval(timer);
      window.removeEventListener("pagehide", leave);
      window.removeEventListener("focus", beat);
      leave();
    };
  }, [setId]);
  return others;
}

/** Not through the client: neither a lost session nor a lost network here is anyone's concern. */
async function tell(setId: string, isLeaving: boolean): Promise<readonly Presence[] | null> {
  try {
    const answer = await fetch(`/api/annotation-sets/${setId}/presence/`, {
      method: "POST",
      credentials: "same-origin",
      keepalive: isLeaving,
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify({ page: PAGE, is_leaving: isLeaving }),
    });
    return answer.ok ? ((await answer.json()) as readonly Presence[]) : null;
  } catch {
    return null;
  }
}
