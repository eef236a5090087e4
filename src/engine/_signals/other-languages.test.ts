import { describe, expect, test } from 'vitest';
import { classifyText } from './classify.ts';
import { saysFailureAbroad } from './other-languages.ts';

describe('messages in other languages', () => {
  test.each([
    ['Zeitüberschreitung beim Aufruf von lager', 'timeout'],
    ['FATAL: Passwort-Authentifizierung für Benutzer »kasse« fehlgeschlagen', 'credentials'],
    ['FEHLER: Spalte »alter_code« existiert nicht', 'schema'],
    ['Verklemmung (Deadlock) entdeckt', 'lock'],
    ['Auf dem Gerät ist kein Speicherplatz mehr verfügbar', 'disk-full'],
    ['Verbindungsaufbau abgelehnt', 'connection-refused'],
    ['Betrag "1.234,50" ist keine Zahl', 'serialization'],
    ['délai d’attente dépassé', 'timeout'],
    ['la relation « commandes » n’existe pas', 'schema'],
    ['conexión rechazada por el servidor', 'connection-refused'],
    ['在庫サービスへの接続がタイムアウトしました', 'timeout'],
    ['認証に失敗しました', 'credentials'],
    ['数据库连接池已满', 'pool-exhausted'],
    ['превышено время ожидания ответа', 'timeout'],
    ['注文の保存に失敗しました', 'server-error'],
  ])('%s is %s', (text, family) => {
    expect(classifyText(text)).toBe(family);
  });

  test.each([
    'Bestellung angenommen',
    '注文を受け付けました',
    'commande acceptée',
    'order taken',
    'Filiale Fehmarn geöffnet',
  ])('%s tells of no failure', (text) => {
    expect(saysFailureAbroad(text)).toBe(false);
  });

  test('what is said in English and means something already keeps its family', () => {
    expect(classifyText('connection refused (Verbindung verweigert)')).toBe('connection-refused');
  });
});

describe('licences and tables of the kernel', () => {
  test.each([
    ['LicensingException: evaluation period is over', 'credentials'],
    ['license expired on 2025-06-30', 'credentials'],
    ['your trial has ended', 'credentials'],
    ['nf_conntrack: table full, dropping packet', 'saturation'],
    ['NumberFormatException: For input string', 'serialization'],
    ['licensed under Apache-2.0', 'unclassified'],
    ['trial started for tenant 7', 'unclassified'],
  ])('%s is %s', (text, family) => {
    expect(classifyText(text)).toBe(family);
  });
});
