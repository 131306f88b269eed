// A panel at the right edge, or over the page on a phone. Its head is no banner of the page: that is
// why it is put together here instead of taken as it comes.

import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './side_panel.module.css';

interface Props {
  opened: boolean;
  title: string;
  /** What closes it, in words. */
  closeLabel: string;
  onClose: () => void;
  /** As CSS: `44rem`; never wider than the screen. */
  width: string;
  /** It stands beside the page, which can still be used, instead of before it. */
  beside?: boolean;
  children: ReactNode;
}

export function SidePanel({ opened, title, closeLabel, onClose, width, beside = false, children }: Props) {
  return (
    <Drawer.Root
      opened={opened}
      onClose={onClose}
      position="right"
      size={`min(${width}, 100%)`}
      transitionProps={{ duration: 120 }}
      {...(beside && { lockScroll: false, closeOnClickOutside: false })}
    >
      {!beside && <Drawer.Overlay />}
      <Drawer.Content className={beside ? classes.beside : ''}>
        <div className={classes.head}>
          <Drawer.Title className={classes.title}>{title}</Drawer.Title>
          <Drawer.CloseButton aria-label={closeLabel} size={44} />
        </div>
        <Drawer.Body>{children}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
