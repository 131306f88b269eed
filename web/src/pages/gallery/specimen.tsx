// A piece of the gallery: what it is called, and the thing itself.

import type { ReactNode } from 'react';
import classes from './gallery.module.css';

export function Section({ id, title, note, children }: { id: string; title: string; note?: string; children: ReactNode }) {
  return (
    <section id={id} className={classes.section} data-section={id}>
      <h2>{title}</h2>
      {note !== undefined && <p className="dim">{note}</p>}
      {children}
    </section>
  );
}

export function Specimen({ name, wide, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <figure className={classes.specimen} data-wide={wide || undefined}>
      <figcaption>{name}</figcaption>
      {children}
    </figure>
  );
}
