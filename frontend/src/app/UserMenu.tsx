import { ActionIcon, Menu, Text } from "@mantine/core";
import { IconKey, IconKeyboard, IconLogout, IconStack2, IconUserCircle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { logOut } from "../api/session";
import type { Me } from "../api/types";
import { tellError } from "../parts/tell";

export function UserMenu({ me }: { me: Me }) {
  const onLogOut = async () => {
    try {
      await logOut();
      // A fresh page: nothing of this person stays in its memory.
      window.location.assign("/login");
    } catch (error) {
      tellError(error, "You are still logged in");
    }
  };
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Your account">
          <IconUserCircle size={21} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" c="dark.0" truncate>
            {me.name || me.email}
          </Text>
          <Text size="xs" truncate>
            {me.email}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconStack2 size={16} />}
          renderRoot={(props) => <Link to="/projects" {...props} />}
        >
          Projects
        </Menu.Item>
        <Menu.Item
          leftSection={<IconKey size={16} />}
          renderRoot={(props) => <Link to="/account" {...props} />}
        >
          Access tokens
        </Menu.Item>
        <Menu.Item
          leftSection={<IconKeyboard size={16} />}
          renderRoot={(props) => <Link to="/account/keyboard" {...props} />}
        >
          Keyboard
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void onLogOut()}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
