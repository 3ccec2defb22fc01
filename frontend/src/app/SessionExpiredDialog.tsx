import { Modal, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { onSessionExpired } from "../api/client";
import { keys } from "../api/keys";
import type { Me } from "../api/types";
import { LogInForm } from "../login/LogInForm";

/** Asks for the password over the page, so that nothing on it is lost. */
export function SessionExpiredDialog() {
  const [isOpen, setIsOpen] = useState(false);
  const queries = useQueryClient();
  useEffect(
    () => onSessionExpired(() => setIsOpen(queries.getQueryData(keys.me) !== undefined)),
    [queries],
  );
  const before = queries.getQueryData<Me | null>(keys.me);

  const onLoggedIn = (me: Me) => {
    // Another person must not inherit the page of the one before.
    if (before && before.id !== me.id) window.location.assign("/");
    setIsOpen(false);
    void queries.invalidateQueries();
  };

  return (
    <Modal
      opened={isOpen}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title="Your session has ended"
      zIndex={500}
    >
      <Text size="sm" c="dimmed" mb="md">
        Log in again to go on. The page behind stays as it is.
      </Text>
      <LogInForm initialEmail={before?.email ?? ""} onLoggedIn={onLoggedIn} />
    </Modal>
  );
}
