import { describe, expect, it } from 'vitest'
import { fenOf, formatMoney, groupDecimal, moneyHint, parseMoney, scaleDecimal, yuanOf } from './money'

describe('money on the screen', () => {
  it('shows yuan with separators and two digits', () => {
    expect(formatMoney('1234567.89')).toBe('1,234,567.89')
    expect(formatMoney('0.00')).toBe('0.00')
    expect(formatMoney('-1234.5')).toBe('-1,234.50')
  })
  it('shows ten thousands and hundred millions rounded half away from zero', () => {
    expect(formatMoney('1234567.89', 'wan')).toBe('123.46')
    expect(formatMoney('50.00', 'wan')).toBe('0.01')
    expect(formatMoney('-50.00', 'wan')).toBe('-0.01')
    expect(formatMoney('-49.99', 'wan')).toBe('0.00')
    expect(formatMoney('123456789012.34', 'yi')).toBe('1,234.5679')
  })
  it('keeps every digit of amounts beyond what a binary fraction can hold', () => {
    expect(formatMoney('90071992547409931.27')).toBe('90,071,992,547,409,931.27')
    expect(scaleDecimal('90071992547409931.27', 4, 6)).toBe('9007199254740.993127')
  })
  it('leaves an empty value empty and an unreadable one as it is', () => {
    expect(formatMoney(null)).toBe('')
    expect(formatMoney('***')).toBe('***')
    expect(groupDecimal('12345.6789')).toBe('12,345.6789')
  })
})

describe('money as typed', () => {
  it('understands separators, full-width digits and currency signs', () => {
    expect(parseMoney('1,234,567.8')).toBe('1234567.80')
    expect(parseMoney('１２３４．５')).toBe('1234.50')
    expect(parseMoney('¥ 100')).toBe('100.00')
    expect(parseMoney('007')).toBe('7.00')
  })
  it('understands ten thousands and hundred millions', () => {
    expect(parseMoney('3.5万')).toBe('35000.00')
    expect(parseMoney('1.23456789亿')).toBe('123456789.00')
    expect(parseMoney('12万元')).toBe('120000.00')
  })
  it('understands accounting negatives and never writes minus zero', () => {
    expect(parseMoney('(12.30)')).toBe('-12.30')
    expect(parseMoney('-0')).toBe('0.00')
  })
  it('refuses what is no amount or would lose part of a cent', () => {
    for (const typed of ['', 'abc', '1.234', '1.2.3', '--5', '12345678901234567']) expect(parseMoney(typed)).toBeNull()
  })
  it('gives a reading aid for large amounts only', () => {
    expect(moneyHint('9999.99', 'zh')).toBe('')
    expect(moneyHint('1234567.89', 'zh')).toBe('≈ 123.46 万元')
    expect(moneyHint('123456789.00', 'zh')).toBe('≈ 1.2346 亿元')
  })
})

describe('fen', () => {
  it('come from decimal strings and go back to them', () => {
    expect([fenOf('1234567.89'), fenOf('-0.05'), fenOf(null), fenOf('3'), fenOf('x')]).toEqual([123456789n, -5n, 0n, 300n, 0n])
    expect([yuanOf(123456789n), yuanOf(-5), yuanOf('0'), yuanOf(100)]).toEqual(['1234567.89', '-0.05', '0.00', '1.00'])
  })
})
