"""Scores card transactions by features of several of them, which Flink keeps as state for each card.

Flink invokes the endpoint asynchronously: it waits for many answers at the same time, and writes each when it comes.
"""

import argparse
import asyncio
import json
from datetime import datetime, timezone

import boto3
from botocore.config import Config
from pyflink.common import Duration, Encoder, Time, Types, WatermarkStrategy
from pyflink.common.watermark_strategy import TimestampAssigner
from pyflink.datastream import AsyncDataStream, StreamExecutionEnvironment
from pyflink.datastream.async_retry_strategies import AsyncRetryStrategy
from pyflink.datastream.connectors.file_system import FileSink, FileSource, StreamFormat
from pyflink.datastream.functions import AsyncFunction, KeyedProcessFunction, RuntimeContext
from pyflink.datastream.state import ListStateDescriptor, StateTtlConfig, ValueStateDescriptor

WINDOW_MILLIS = 10 * 60_000
LONGEST_MINUTES = 600
# Requests that wait for an answer at the same time, in each task.
CAPACITY = 50


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--input", required=True, help="folder or file with transactions, a JSON object a line")
    parser.add_argument("--output", required=True, help="folder for scored transactions")
    parser.add_argument("--endpoint", required=True, help="name of the SageMaker endpoint")
    arguments = parser.parse_args()

    environment = StreamExecutionEnvironment.get_execution_environment()
    # What was read and not yet answered is part of a checkpoint: after a failure, it is sent again.
    environment.enable_checkpointing(10_000)
    # Kinesis or Kafka in production: the job is the same.
    source = FileSource.for_record_stream_format(StreamFormat.text_line_format(), arguments.input).build()
    sink = FileSink.for_row_format(arguments.output, Encoder.simple_string_encoder()).build()
    lateness = WatermarkStrategy.for_bounded_out_of_orderness(Duration.of_seconds(5))

    transactions = environment.from_source(source, WatermarkStrategy.no_watermarks(), "transactions").map(
        json.loads, output_type=Types.PICKLED_BYTE_ARRAY()
    )
    featured = (
        transactions.assign_timestamps_and_watermarks(lateness.with_timestamp_assigner(TransactionTime()))
        .key_by(lambda transaction: transaction["card"], key_type=Types.STRING())
        .process(CardFeatures(), output_type=Types.PICKLED_BYTE_ARRAY())
    )
    scored = AsyncDataStream.unordered_wait_with_retry(
        featured,
        InvokeEndpoint(arguments.endpoint),
        Time.seconds(30),
        AsyncRetryStrategy.fixed_delay(5, 1_000, result_predicate=None, exception_predicate=lambda _: True),
        CAPACITY,
        Types.STRING(),
    )
    scored.sink_to(sink)
    environment.execute("score transactions")


def millis_of(transaction):
    return int(datetime.fromisoformat(transaction["time"]).timestamp() * 1000)


class TransactionTime(TimestampAssigner):
    def extract_timestamp(self, value, record_timestamp):
        return millis_of(value)


class CardFeatures(KeyedProcessFunction):
    """Minutes since the previous transaction of a card, and what it has spent in the last ten minutes."""

    def open(self, runtime_context: RuntimeContext):
        # Of a card that is not used any more, nothing is kept.
        time_to_live = StateTtlConfig.new_builder(Time.days(1)).build()
        last = ValueStateDescriptor("last", Types.LONG())
        recent = ListStateDescriptor("recent", Types.TUPLE([Types.LONG(), Types.DOUBLE()]))
        for descriptor in (last, recent):
            descriptor.enable_time_to_live(time_to_live)
        self.last = runtime_context.get_state(last)
        self.recent = runtime_context.get_list_state(recent)

    def process_element(self, value, ctx: "KeyedProcessFunction.Context"):
        now, amount = ctx.timestamp(), float(value["amount"])
        last = self.last.value()
        recent = [(at, spent) for at, spent in self.recent.get() or [] if at > now - WINDOW_MILLIS]
        recent.append((now, amount))
        self.recent.update(recent)
        self.last.update(max(now, last or 0))
        minutes = LONGEST_MINUTES if last is None else max(0, (now - last) // 60_000)
        yield {
            **value,
            "hour": datetime.fromtimestamp(now / 1000, timezone.utc).hour,
            "minutes_since_last": min(LONGEST_MINUTES, minutes),
            "spent_in_10_minutes": round(sum(spent for _, spent in recent), 2),
        }


class InvokeEndpoint(AsyncFunction):
    # In the order of the columns of the training data.
    FEATURES = ["amount", "hour", "minutes_since_last", "kilometers_from_home"]

    def __init__(self, endpoint):
        self.endpoint = endpoint

    def open(self, runtime_context: RuntimeContext):
        # Flink tries again.
        config = Config(max_pool_connections=CAPACITY, retries={"total_max_attempts": 1})
        self.client = boto3.client("sagemaker-runtime", config=config)

    async def async_invoke(self, value):
        body = ",".join(str(value[name]) for name in self.FEATURES)
        try:
            answer = await asyncio.to_thread(self.invoke, body)
        except self.client.exceptions.ModelError as error:
            # The model refuses this row, and would do so again.
            return [json.dumps({**value, "problem": str(error)})]
        return [json.dumps({**value, **answer})]

    def invoke(self, body):
        answer = self.client.invoke_endpoint(
            EndpointName=self.endpoint, ContentType="text/csv", Accept="text/csv", Body=body
        )
        return {
            "fraud": float(answer["Body"].read().decode().strip().split(",")[-1]),
            "variant": answer["InvokedProductionVariant"],
        }


if __name__ == "__main__":
    main()
