import { describe, expect, it } from 'vitest';
import { outdated, shellCache, wayOf } from './policy';

const origin = 'http://127.0.0.1:8080';
const shell = ['/', '/manifest.webmanifest', '/icons/icon-192.png'];
const way = (path: string, mode = 'cors', method = 'GET') => wayOf({ method, url: path.startsWith('http') ? path : origin + path, mode }, origin, shell);

describe('the service worker', () => {
  it.each([
    ['/api/v1/machines', 'cors', 'GET'],
    ['/api/v1/live', 'cors', 'GET'],
    ['/api/v1/machines', 'navigate', 'GET'],
    ['/healthz', 'navigate', 'GET'],
    ['/metrics', 'cors', 'GET'],
    ['/sw.js', 'same-origin', 'GET'],
    ['/assets/index-1a.js', 'cors', 'POST'],
    ['/unknown.txt', 'cors', 'GET'],
    ['http://elsewhere.test/assets/a.js', 'cors', 'GET'],
  ])('leaves %s (%s, %s) alone', (path, mode, method) => expect(way(path, mode, method)).toBe('pass'));

  it.each([
    ['/', 'navigate', 'page'],
    ['/machines/vmc-1?window=8h', 'navigate', 'page'],
    ['/assets/index-1a.js', 'cors', 'asset'],
    ['/icons/icon-192.png', 'no-cors', 'shell'],
  ])('takes %s (%s) as %s', (path, mode, expected) => expect(way(path, mode)).toBe(expected));

  it('keeps its own shell and the one before, and what is not a shell', () => {
    const names = [shellCache('a'), shellCache('b'), 'spindle-fonts', shellCache('c')];
    expect(outdated(names, 'c')).toEqual([shellCache('a')]);
    expect(outdated([shellCache('c')], 'c')).toEqual([]);
  });
});
