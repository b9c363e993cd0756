"""The addresses of people: their profile, their messages, their organisations."""

from django.urls import path

app_name = "learners"
urlpatterns: list = []
